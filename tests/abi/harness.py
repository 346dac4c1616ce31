# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests share: the tree, kin built and installed in several ways, programs run on it."""
import contextlib
import functools
import glob
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, 'build')
OWN = os.path.join(BUILD, 'abi')
EXAMPLE = os.path.join(ROOT, 'docs', 'example-family')
SECONDS = 20
BUILD_SECONDS = 300

_scratch = []


def once(make):
    """Make it when it is first asked for; what failed is not tried again."""
    results = {}

    @functools.wraps(make)
    def wrapper(*args):
        if args not in results:
            try:
                results[args] = make(*args), None
            except (AssertionError, OSError, subprocess.SubprocessError) as problem:
                results[args] = None, problem
                raise
        result, problem = results[args]
        assert not problem, 'as before: %s: %s' % (make.__name__, str(problem).splitlines()[0])
        return result

    return wrapper


class Skip(Exception):
    """What a test needs is not there."""


@contextlib.contextmanager
def scratch():
    """A folder for what the tests make, gone when they end."""
    with tempfile.TemporaryDirectory(prefix='kin-abi-') as folder:
        _scratch.append(folder)
        yield


def folder(name):
    """A new folder in the scratch one."""
    path = os.path.join(_scratch[-1], name)
    os.mkdir(path)
    return path


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as file:
        return file.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def run(*args, status=0, seconds=SECONDS, **more):
    """Run a program; its standard output and error as one text."""
    done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=seconds, **more)
    assert done.returncode == status, '%s: exit %d, not %d\n%s' % (
        ' '.join(args), done.returncode, status, done.stdout[-4000:])
    return done.stdout


@contextlib.contextmanager
def beside(*args, **more):
    """A program that runs beside the test and is stopped at its end."""
    process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, **more)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.communicate()


def retry(what, *args, **more):
    """Run a program again until it succeeds: the other end may not be there yet."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return run(*args, **more)
        except AssertionError as problem:
            assert time.monotonic() < deadline, 'waited in vain: %s\n%s' % (what, problem)
            time.sleep(0.05)


# ---- The tree --------------------------------------------------------------------------------

@once
def tracked():
    """The files of the project, by their paths from its root."""
    if not os.path.exists(os.path.join(ROOT, '.git')):
        found = glob.glob(os.path.join(ROOT, '**'), recursive=True, include_hidden=True)
        paths = [os.path.relpath(path, ROOT) for path in found if os.path.isfile(path)]
        return sorted(path for path in paths if not path.startswith('build/'))
    names = run('git', '-C', ROOT, 'ls-files', '-z').split('\0')
    return [name for name in names if os.path.isfile(os.path.join(ROOT, name))]


@once
def families():
    """{family: its schemes}, by the folders and the rows in them."""
    found = {}
    for path in tracked():
        parts = path.split('/')
        if parts[0] == 'families' and len(parts) == 3:
            schemes = found.setdefault(parts[1], [])
            if path.endswith('.c'):
                schemes += re.findall(r'\.scheme = "([^"]+)"', read(path))
    return {name: schemes for name, schemes in found.items() if schemes}


@once
def plugins():
    """The families that are objects of their own, whatever -Dplugins says."""
    return [name for name in families() if "'loadable': true" in read('families', name, 'meson.build')]


def code_of(path):
    """A C file without its comments."""
    pattern = r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|/\*.*?\*/|//[^\n]*'
    return re.sub(pattern, lambda m: m.group(1) or ' ', read(path), flags=re.S)


def fenced(path, *languages):
    """The blocks of a Markdown file that are written in one of these languages."""
    return re.findall(r'^```(?:%s)\n(.*?)^```' % '|'.join(languages), read(path), re.M | re.S)


# ---- Builds and installs ---------------------------------------------------------------------

class Install:
    """An installed kin, and the environment in which it is found."""

    def __init__(self, prefix, sysroot=''):
        self.prefix = sysroot + prefix
        config, = glob.glob(self.prefix + '/lib*/**/pkgconfig', recursive=True)
        self.libdir = os.path.dirname(config)
        self.include = os.path.join(self.prefix, 'include')
        self.kin = os.path.join(self.prefix, 'bin', 'kin')
        self.env = {k: v for k, v in os.environ.items() if not k.startswith('KIN_')}
        self.env.update(PKG_CONFIG_PATH=config, LD_LIBRARY_PATH=self.libdir, LC_ALL='C.UTF-8',
                        PATH=os.path.join(self.prefix, 'bin') + ':' + os.environ['PATH'])
        if sysroot:
            self.env['PKG_CONFIG_SYSROOT_DIR'] = sysroot

    def config(self, *args):
        return run('pkg-config', *args, env=self.env).split()

    def compile(self, source, program, *args, packages=('kin',)):
        flags = self.config('--cflags', '--libs', *packages)
        run('cc', '-Wall', '-Wextra', '-Werror', '-o', program, source, *args, *flags,
            env=self.env, seconds=BUILD_SECONDS)
        return program

    def run(self, *args, status=0, **env):
        return run(*args, status=status, env={**self.env, **env})


def set_up(build, source, *options):
    if not os.path.exists(os.path.join(build, 'build.ninja')):
        shutil.rmtree(build, ignore_errors=True)
        run('meson', 'setup', build, source, '-Dtests=false', *options, seconds=BUILD_SECONDS)


@once
def installed():
    """The release build, installed as a packager does."""
    build, sysroot = os.path.join(BUILD, 'release'), folder('installed')
    set_up(build, ROOT, '--buildtype=release')
    run('meson', 'install', '-C', build, '--quiet', '--destdir', sysroot, seconds=BUILD_SECONDS)
    prefix = re.search(r"^prefix=(.*)$", read(build, 'meson-private', 'kin.pc'), re.M).group(1)
    return Install(prefix, sysroot)


@once
def installed_with_plugins(*names):
    """A build in which these families are loadable."""
    build, prefix = os.path.join(OWN, 'plugins'), os.path.join(OWN, 'plugins-installed')
    set_up(build, ROOT, '--buildtype=plain', '-Ddocs=false', '-Dplugins=' + ','.join(names),
           '--prefix=' + prefix)
    run('meson', 'install', '-C', build, '--quiet', seconds=BUILD_SECONDS)
    return Install(prefix)


def copy_tree(into):
    """The tree as it is now; what has not changed keeps its date, so that little is built anew."""
    others = run('git', '-C', ROOT, 'ls-files', '-z', '--others', '--exclude-standard').split('\0')
    wanted = set(tracked() + [name for name in others if name])
    for name in wanted:
        source, target = os.path.join(ROOT, name), os.path.join(into, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(source, 'rb') as file:
            content = file.read()
        if os.path.exists(target):
            with open(target, 'rb') as file:
                if file.read() == content:
                    continue
        shutil.copy(source, target)
    return into


@once
def static_with_example():
    """A static build of a copy of the tree in which the example is a family like the others."""
    tree, build = copy_tree(os.path.join(OWN, 'tree')), os.path.join(OWN, 'static')
    shutil.copytree(EXAMPLE, os.path.join(tree, 'families', 'usersock'), dirs_exist_ok=True)
    set_up(build, tree, '--buildtype=plain', '-Ddocs=false', '-Ddefault_library=static',
           '-Dfamilies=' + ','.join([*families(), 'usersock']))
    run('ninja', '-C', build, seconds=BUILD_SECONDS)
    return os.path.join(build, 'tools', 'kin')


@once
def example():
    """The folder that holds the example, built out of tree against the install."""
    path = os.path.join(_scratch[-1], 'example')
    shutil.copytree(EXAMPLE, path)
    run('make', '-C', path, 'CFLAGS=-O1 -Wall -Wextra -Werror', env=installed().env)
    return path
