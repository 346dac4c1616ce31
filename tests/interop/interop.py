# SPDX-License-Identifier: GPL-2.0-or-later
"""What the interop tests share: a world for each test, programs in it, and TAP.

A test runs as the first process of its own PID, mount and network namespaces, in an empty folder of its own:
when it ends, the kernel ends every process that it started and removes every interface, mount and file. It
needs root.

`kin` is $KIN, else the release build: under emulation the sanitizers would cost most of the time, and the other
layers have them.
$KIN_NEWER_CAN_UTILS, a folder, goes before the system's can-utils. With $KIN_NEWER=1, on a kernel that is newer than
the one all tests run on, only those run that look at what is new there.
"""
import ctypes
import difflib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KIN = os.path.abspath(os.environ.get('KIN') or os.path.join(ROOT, 'build/release/tools/kin'))
NEWER_CAN_UTILS = os.environ.get('KIN_NEWER_CAN_UTILS', '')
KERNEL = tuple(int(number) for number in re.findall(r'\d+', os.uname().release)[:2])
# Seconds of a test. Emulation is slow, and so is a machine that does other things as well.
LIMIT = 60

CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID = 0x20000, 0x40000000, 0x20000000
WORLD = '/mnt'

libc = ctypes.CDLL(None, use_errno=True)

tests = []
programs = []


# ---- Programs -------------------------------------------------------------------------------

def words(command):
    return shlex.split(command) if isinstance(command, str) else command


class Program:
    """A program that runs beside the test; what it prints goes to files, so that it never waits for us."""

    def __init__(self, command, stdin=None, stdout=None):
        self.name = command if isinstance(command, str) else shlex.join(command)
        number = len(programs)
        self.files = ['out.%d' % number, 'err.%d' % number]
        with open(self.files[0], 'wb') as out, open(self.files[1], 'wb') as err:
            self.process = subprocess.Popen(words(command), stdin=stdin or subprocess.DEVNULL,
                                            stdout=stdout or out, stderr=err)
        programs.append(self)

    def read(self, which):
        with open(self.files[which], 'rb') as file:
            return file.read()

    def bytes(self):
        return self.read(0)

    def out(self):
        return self.read(0).decode('utf-8', 'replace')

    def err(self):
        return self.read(1).decode('utf-8', 'replace')

    def lines(self):
        return self.out().splitlines()

    def wait(self, status=0):
        """Until it has ended, with that status."""
        ended = self.process.wait()
        assert ended == status, '%s: exit status %d, not %d' % (self.name, ended, status)
        return self

    def stop(self, status=0, with_signal=signal.SIGTERM):
        self.process.send_signal(with_signal)
        return self.wait(status)

    def wait_for_err(self, text):
        wait_until(lambda: text in self.err())

    def story(self):
        """For a person who looks for the reason of a failure."""
        yield '$ %s   [%s]' % (self.name, self.process.poll())
        for text in self.out(), self.err():
            lines = ['  | ' + ascii(line)[1:-1][:200] for line in text.splitlines()]
            if len(lines) > 12:
                lines[6:-6] = ['  | ... %d lines ...' % (len(lines) - 12)]
            yield from lines


def start(command, **more):
    return Program(command, **more)


def run(command, status=0, stdin=None):
    """Run a program to its end; stdin is the name of a file."""
    if stdin is None:
        return start(command).wait(status)
    with open(stdin, 'rb') as file:
        return start(command, stdin=file).wait(status)


def refused(*cases):
    """Commands that must fail, each (command, status, text...): all texts in one line of kin's own, and no other."""
    # All at once: most of their time is the start.
    begun = [(start(command), status, texts) for command, status, *texts in cases]
    for program, status, texts in begun:
        err = program.wait(status).err()
        assert err.startswith('kin: ') and err.count('\n') == 1, '%s said:\n%s' % (program.name, err)
        for text in texts:
            assert text in err, '%s: "%s" is missing in:\n%s' % (program.name, text, err)


def without(capabilities, command):
    """The command as root who lacks these: "net_admin net_raw"."""
    return ['setpriv', '--bounding-set', ','.join('-' + name for name in capabilities.split()), *words(command)]


def beside_kin(path):
    """Something else of the build that $KIN is in, else of the one with sanitizers: it has the tests."""
    kin = os.environ.get('KIN') or os.path.join(ROOT, 'build/san/tools/kin')
    return os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(kin))), path)


# ---- Checks ---------------------------------------------------------------------------------

def wait_until(condition):
    """Not for ever: the test ends when its time is over."""
    while not condition():
        time.sleep(0.01)


def equal(got, expected, what=('kin', 'the other')):
    """Compare lists of lines, or anything else."""
    if got == expected:
        return
    if isinstance(got, list) and all(isinstance(line, str) for line in got + expected):
        diff = list(difflib.unified_diff(expected, got, what[1], what[0], n=1, lineterm=''))
        raise AssertionError('%d lines, not %d\n%s' % (len(got), len(expected), '\n'.join(diff[:24])))
    raise AssertionError('%.500r\nis not\n%.500r' % (got, expected))


# ---- Sockets --------------------------------------------------------------------------------

def wait_for_port(kind, port, how_many=1):
    """Until sockets listen at a TCP port, or are bound to a UDP one: counted over both versions of IP."""
    state = {'tcp': ' 0A ', 'udp': ' 07 '}[kind]

    def there():
        count = 0
        for table in kind, kind + '6':
            with open('/proc/net/' + table, encoding='ascii') as file:
                count += sum(':%04X ' % port in line[:line.find(state)] for line in file if state in line)
        return count >= how_many

    wait_until(there)


def wait_for_unix(name):
    """Until a UNIX socket has that path, or "@name"."""
    def there():
        with open('/proc/net/unix', encoding='utf-8') as file:
            return any(line.split()[-1] == name for line in file)

    wait_until(there)


def random_file(name, size):
    with open(name, 'wb') as file:
        file.write(os.urandom(size))
    return name


def content(name):
    with open(name, 'rb') as file:
        return file.read()


# ---- Tests ----------------------------------------------------------------------------------

def test(function=None, *, name=None, limit=LIMIT, own_network=True, newer=False):
    """Make a function a test.

    @param own_network  False: the initial network, which has can0 and can1
    @param newer  it looks at what newer kernels or can-utils have, too
    """
    if function is None:
        return lambda f: test(f, name=name, limit=limit, own_network=own_network, newer=newer)
    if newer or os.environ.get('KIN_NEWER') != '1':
        name = name or function.__name__.replace('__', ', ').replace('_', ' ')
        tests.append((name, function, limit, own_network))
    return function


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter_world(own_network):
    """What the namespaces need, from the first process in them."""
    ms_rec, ms_private = 0x4000, 1 << 18
    checked(libc.mount(b'none', b'/', None, ms_rec | ms_private, None))
    checked(libc.mount(b'proc', b'/proc', b'proc', 0, None))
    checked(libc.mount(b'tmpfs', WORLD.encode(), b'tmpfs', 0, None))
    os.mkdir(WORLD + '/bin')
    os.symlink(KIN, WORLD + '/bin/kin')
    path = [WORLD + '/bin', NEWER_CAN_UTILS, os.environ['PATH'], '/usr/sbin', '/sbin']
    os.environ.update(PATH=':'.join(filter(None, path)), LC_ALL='C.UTF-8')
    os.mkdir(WORLD + '/test')
    os.chdir(WORLD + '/test')
    if own_network:
        checked(libc.mount(b'sysfs', b'/sys', b'sysfs', 0, None))
        run('ip link set lo up')


def say(ok, number, name, story=()):
    lines = ['%s %d - %s' % ('ok' if ok else 'not ok', number, name), *('# ' + line for line in story)]
    print('\n'.join(lines), flush=True)


def too_late(*_):
    raise AssertionError('its time is over')


def live(number, name, function, limit, own_network):
    """The life of a test's first process."""
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(limit)
    try:
        enter_world(own_network)
        function()
    except Exception:  # whatever it is: the test has failed
        story = traceback.format_exc(limit=-4).splitlines()
        story += [line for program in programs for line in program.story()]
        say(False, number, name, story)
        return 1
    say(True, number, name)
    return 0


def keep(number, name, *args):
    """A PID namespace belongs to the children of who made it: start the first one."""
    own_network = args[-1]
    checked(libc.unshare(CLONE_NEWNS | CLONE_NEWPID | (CLONE_NEWNET if own_network else 0)))
    first = os.fork()
    if first == 0:
        os._exit(live(number, name, *args))
    status = os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    if status < 0:
        say(False, number, name, ['ended by signal %d' % -status])
    return status != 0


def run_test(*args):
    keeper = os.fork()
    if keeper == 0:
        try:
            os._exit(keep(*args))
        except OSError:
            say(False, *args[:2], traceback.format_exc().splitlines())
            os._exit(1)
    return os.waitpid(keeper, 0)[1] != 0


def main():
    """Run all tests, or those whose name contains one of the arguments."""
    if not os.path.exists(KIN):
        sys.exit('%s: %s is not there: build it, or set KIN' % (sys.argv[0], KIN))
    chosen = [t for t in tests if not sys.argv[1:] or any(word in t[0] for word in sys.argv[1:])]
    print('1..%d' % len(chosen), flush=True)
    failed = [run_test(number, *t) for number, t in enumerate(chosen, 1)]
    sys.exit(any(failed))
