# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the command share."""
import contextlib
import os
import re
import shlex
import signal
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KIN = os.path.abspath(os.environ.get('KIN', os.path.join(ROOT, 'build/release/tools/kin')))
SECONDS = 60 if os.environ.get('KIN_VM') else 20


class Skip(Exception):
    """What a test needs is not there."""


def wait_until(condition, what):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, 'waited in vain: ' + what
        time.sleep(0.01)


def has_can():
    return os.path.exists('/sys/class/net/can1')


class Test:
    """A test's folder, its processes, and ways to run kin."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='kin-cli-')
        self.dir = self.folder.name
        self.processes = []
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(('KIN_', 'NO_COLOR'))}
        bin_dir = os.path.join(self.dir, '.bin')
        os.mkdir(bin_dir)
        os.symlink(KIN, os.path.join(bin_dir, 'kin'))
        self.env.update(PATH=bin_dir + ':' + os.environ['PATH'], LC_ALL='C.UTF-8', TERM='dumb')

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.dir, name)

    def shell(self, line, data=b'', status=0, seconds=SECONDS):
        """Run a line in bash; its standard output and error."""
        done = subprocess.run(['bash', '-c', line], input=data, cwd=self.dir, env=self.env,
                              capture_output=True, timeout=seconds, start_new_session=True)
        out = done.stdout.decode('utf-8', 'replace')
        err = done.stderr.decode('utf-8', 'replace')
        assert done.returncode == status, '%s: exit %d, not %d\n%s%s' % (
            line, done.returncode, status, out, err)
        return out, err

    def kin(self, *args, **more):
        return self.shell('kin ' + shlex.join(args), **more)

    def start(self, line, stdin=subprocess.DEVNULL):
        """Run a line in bash beside the test."""
        process = subprocess.Popen(['bash', '-c', 'exec ' + line], cwd=self.dir, env=self.env,
                                   stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        self.processes.append(process)
        return process

    def finish(self, process, status=0):
        """Wait for what was started; its standard output."""
        out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == status, '%s: exit %d, not %d\n%s' % (
            process.args[-1], process.returncode, status, err.decode())
        return out

    def stop(self, process, status=0):
        process.send_signal(signal.SIGTERM)
        return self.finish(process, status)

    def check_nothing_runs(self):
        for process in self.processes:
            assert process.poll() is not None, 'still runs: ' + process.args[-1]
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 0)
                wait_until(lambda p=process: not group_exists(p.pid),
                           'for the children of ' + process.args[-1])

    def wait_for_socket(self, name):
        """Until a socket file is there, or a port is: "tcp:5000", "udp:5000"."""
        match = re.fullmatch(r'(tcp|udp):(\d+)', name)
        if not match:
            wait_until(lambda: unix_socket_is_ready(name), name)
            return
        port = ':%04X ' % int(match.group(2))
        state = ' 0A ' if match.group(1) == 'tcp' else ' 07 '

        def is_there():
            for table in (match.group(1), match.group(1) + '6'):
                with open('/proc/net/' + table, encoding='ascii') as file:
                    if any(port in line and state in line for line in file):
                        return True
            return False

        wait_until(is_there, name)

    def transcript(self, path, update):
        """Commands ("$ ...") and what they print, with "[N]" for an exit status other than 0."""
        with open(path, encoding='utf-8') as file:
            golden = file.read()
        now = ''
        for line in re.findall(r'^\$ (.*)$', golden, re.M):
            done = subprocess.run(['bash', '-c', line], cwd=self.dir, env=self.env, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=SECONDS)
            now += '$ %s\n%s' % (line, done.stdout)
            now += '[%d]\n' % done.returncode if done.returncode else ''
        if update:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(now)
            return
        with open(self.path('now'), 'w', encoding='utf-8') as file:
            file.write(now)
        diff = subprocess.run(['diff', '-u', path, self.path('now')], text=True,
                              capture_output=True)
        assert diff.returncode == 0, diff.stdout


def unix_socket_is_ready(name):
    """Bound, and listening where its type has connections: connect() would be refused before."""
    with open('/proc/net/unix', encoding='utf-8') as file:
        for line in file:
            fields = line.split()
            if fields[-1] == name and (fields[3] == '00010000' or fields[4] == '0002'):
                return True
    return False


def group_exists(pgid):
    try:
        os.killpg(pgid, 0)
    except ProcessLookupError:
        return False
    return True
