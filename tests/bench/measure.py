# SPDX-License-Identifier: GPL-2.0-or-later
"""What the parts of tests/bench/run can have in common: processes, what they cost, and the bus."""

import glob
import os
import signal
import subprocess
import time

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
KIN = os.environ.get('KIN', os.path.join(REPO, 'build', 'release', 'tools', 'kin'))
BUILD = os.path.dirname(os.path.dirname(KIN))
FLOOR = os.path.join(BUILD, 'bench-floor')
FLOOR_HCI = os.path.join(BUILD, 'bench-floor-hci')
INTERFACE = 'vcan0'


def cpu_ticks(pid):
    with open(f'/proc/{pid}/stat', encoding='ascii') as stat:
        return sum(map(int, stat.read().rsplit(')', 1)[1].split()[11:13]))


def cpu_seconds(pid):
    """Of all threads, to the nanosecond: the clock that clock_getcpuclockid(3) gives."""
    return time.clock_gettime(~pid << 3 | 2)


def peak_memory(pid):
    """In KiB. (What wait4 says may be this script's own, from before the process's exec.)"""
    with open(f'/proc/{pid}/status', encoding='utf-8') as status:
        return next((int(line.split()[1]) for line in status if line.startswith('VmHWM:')), 0)


def wait(process):
    """Wait for a process; CPU seconds."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def cpu_of(command):
    """A command to its end; CPU seconds."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode()
    cpu = wait(process)
    if process.returncode != 0:
        raise SystemExit(f'{command}: status {process.returncode}: {said}')
    return cpu


def interface_drops():
    """Frames that the network stack dropped before any socket could see them, so far."""
    with open('/proc/net/dev', encoding='ascii') as devices:
        for line in devices:
            name, _, counts = line.partition(':')
            if name.strip() == INTERFACE:
                return int(counts.split()[3])
    raise SystemExit(f'there is no {INTERFACE}')


def listens():
    """Is there a receiver on the interface?"""
    for name in glob.glob('/proc/net/can/rcvlist_*'):
        with open(name, encoding='ascii') as lists:
            if any(line.split()[:1] == [INTERFACE] for line in lists):
                return True
    return False


def until_it_listens(process):
    while not listens():
        if process.poll() is not None:
            raise SystemExit(f'{process.args}: status {process.returncode}')
        time.sleep(0.02)
    time.sleep(0.2)


def let_it_finish(process):
    """A receiver that needs no CPU for half a second has read what there was."""
    before = -1
    while process.poll() is None and cpu_ticks(process.pid) != before:
        before = cpu_ticks(process.pid)
        time.sleep(0.5)


class Receiver:
    """A process that listens on the interface; its CPU counts from then on, for starting costs as much as ten
    thousand frames."""

    def __init__(self, command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, ready=until_it_listens):
        with open('said', 'wb') as said:
            self.process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=said)
        ready(self.process)
        self.idle = cpu_seconds(self.process.pid)

    def end(self, settle=let_it_finish):
        """Wait until it has read what there is, and stop it. CPU seconds and peak memory in KiB; nothing of one that
        had already ended by itself."""
        settle(self.process)
        if self.process.poll() is not None:
            return None, None
        memory = peak_memory(self.process.pid)
        cpu = cpu_seconds(self.process.pid) - self.idle
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return cpu, memory

    def said(self):
        with open('said', encoding='utf-8', errors='replace') as said:
            return said.read()


def write_log(name, frames):
    """A candump log of (time in microseconds, frame) pairs."""
    with open(name, 'w', encoding='ascii') as log:
        for time_us, frame in frames:
            log.write('(%d.%06d) %s %s\n' % (1700000000 + time_us // 1000000, time_us % 1000000, INTERFACE, frame))
