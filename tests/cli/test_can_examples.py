# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples that need CAN, in the VM: each is run as it stands in the man pages.

Those of controllers have the emulated pair. The others have virtual interfaces of these names, as all tests here, and
traffic on them; what does not end by itself is asked to.
"""
import contextlib
import ctypes
import glob
import os
import re
import signal
import socket
import struct
import subprocess
import threading

from harness import SECONDS, Skip, has_can, wait_until
from test_examples import CAN, SCENES, content, examples, run_all, scene

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000

CONTROLLERS = r'kin can (up|down|show|restart|bittiming|doctor)\b'

# Plain frames, J1939 (PropB, CCVS, software identification), a multiplex, and ISO-TP.
TRAFFIC = ('123#1122334455667788 456#00 18FECA00#00FF000000000000 18FEF100#FF 18FEDA00#01312A '
           '1A0#010000 1A0#020000 1A0#010001 1A0#020001 7E0#0209020000000000 123#0011')


@scene('kin send can:can0 123#DEADBEEF 7DF#02010C')
def send_can(t, line):
    with socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW) as s:
        s.settimeout(SECONDS)
        s.bind(('can0',))
        t.shell(line)
        assert s.recv(16)[8:12] == b'\xde\xad\xbe\xef'
        assert s.recv(16)[8:11] == b'\x02\x01\x0c'


def isotp(tx, rx):
    s = socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_ISOTP)
    s.settimeout(SECONDS)
    s.bind(('can0', rx, tx))
    return s


@scene('kin cat isotp:can0,tx=7E0,rx=7E8 <request >answer', 'kin cat -n 1 isotp:can0,tx=7E0,rx=7E8 <request >answer')
def ask_controller(t, line):
    with open(t.path('request'), 'wb') as file:
        file.write(bytes(100))
    with isotp(0x7E8, 0x7E0) as controller:
        cat = t.start(line)
        assert controller.recv(200) == bytes(100)
        controller.send(b'an answer of frames')
        t.finish(cat)
    assert content(t, 'answer') == b'an answer of frames'


@scene('kin can isotp sniff can0 --uds -n 2', 'kin can isotp sniff can0 --pair 7E0:7E8 --frames --uds -n 1',
       'kin can isotp sniff can0 --json --time a -n 1')
def sniff_isotp(t, line):
    sniff = t.start(line)
    with isotp(0x7E0, 0x7E8) as tester, isotp(0x7E8, 0x7E0) as controller:
        while sniff.poll() is None:
            tester.send(b'\x22\xf1\x90')
            controller.send(b'\x62\xf1\x90' + b'W' * 17)
            tester.recv(100)
            controller.recv(100)
    t.finish(sniff)


@scene('kin dump can:can0')
def dump_can(t, line):
    dump = t.start(line)
    out = b''
    while not out:
        t.shell('kin send can:can0 123#1122')
        os.set_blocking(dump.stdout.fileno(), False)
        out = dump.stdout.read() or b''
    assert out.startswith(b'  can0  123   [2]  11 22\n'), out
    t.stop(dump)


@scene('kin dump -f candump -w drive.log can:can0 can:can1')
def dump_log(t, line):
    dump = t.start(line)
    wait_until(lambda: os.path.exists(t.path('drive.log')), 'drive.log')

    def both():
        t.shell('kin send can:can0 123#11; kin send can:can1 456#22')
        data = content(t, 'drive.log')
        return b'can0 123#11' in data and b'can1 456#22' in data

    wait_until(both, 'frames')
    t.stop(dump)


@scene("kin dump -f candump -w 'drive-%Y%m%d-{n}.log' --rotate-size 100M --keep 20 can:can0")
def dump_ring(t, line):
    dump = t.start(line)
    wait_until(lambda: glob.glob(t.path('drive-????????-0001.log')), 'a log')
    t.stop(dump)


@scene("kin dump -f candump -w 'fault-{n}.log' --start-on 7xx#037F*,error:bus-off --pre 5s --post 5s "
       '--rearm can:can0,errors=all')
def dump_faults(t, line):
    dump = t.start(line)
    log = t.path('fault-0001.log')

    def caught():
        t.shell('kin send can:can0 123#11 7E8#037F1012')
        return os.path.exists(log) and b'can0 123#11' in content(t, log) and b'7E8#037F' in content(t, log)

    wait_until(caught, 'an episode')
    t.stop(dump)


@scene('kin can sequence can1 --count 1000')
def check_numbers(t, line):
    check = t.start(line)

    def receives():
        with open('/proc/net/can/rcvlist_all', encoding='ascii') as file:
            return any(entry.split()[:1] == ['can1'] for entry in file)

    wait_until(receives, line)
    t.shell('kin gen can:can1 --content counting --rate 5000 -n 1000')
    t.finish(check)


# The emulated controllers are classic.
@scene('kin can up can0 500k/2M@75')
def up_fd(t, line):
    _, err = t.shell(line, status=1)
    assert 'this sja1000 has no mode fd' in err, err


@scene('kin can j1939 request can0 AC')
def request_addresses(t, line):
    claim = t.start('kin can j1939 claim can0 --name 0x8000000000000001')
    # Stopped before it holds an address, it fails.
    while b'holding' not in claim.stdout.readline():
        pass
    out, _ = t.shell(line)
    assert '8000000000000001' in out, out
    t.stop(claim)


def controllers_up(t):
    t.shell('for i in can0 can1; do ip link set $i down; ip link set $i up type can bitrate 500000 listen-only off; done')


@scene('kin can doctor can0 --duration 1', 'kin can doctor can0 --send --json')
def doctor(t, line):
    controllers_up(t)
    sender = t.start('cangen can1 -g 20')
    t.shell(line)
    sender.kill()


@contextlib.contextmanager
def network_of_the_controllers():
    """For what the test starts, while it lasts: the network belongs to a thread."""
    with open('/proc/thread-self/ns/net', 'rb') as own, open('/proc/1/ns/net', 'rb') as first:
        assert libc.setns(first.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        try:
            yield
        finally:
            libc.setns(own.fileno(), CLONE_NEWNET)


def frame(text):
    number, data = text.split('#')
    extended = socket.CAN_EFF_FLAG if len(number) == 8 else 0
    return struct.pack('=IB3x8s', int(number, 16) | extended, len(data) // 2, bytes.fromhex(data))


@contextlib.contextmanager
def traffic():
    """On both interfaces, by a thread: a process a frame takes an emulated machine long."""
    frames = [frame(text) for text in TRAFFIC.split()]
    done = threading.Event()

    def send():
        while not done.wait(0.05):
            for data in frames:
                for s in buses:
                    s.send(data)

    with contextlib.ExitStack() as stack:
        buses = [stack.enter_context(socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)) for _ in range(2)]
        for s, name in zip(buses, ('can0', 'vcan0')):
            s.bind((name,))
        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def minds_signals(process):
    """Has it ended, or got to where it ends cleanly when it is asked to?"""
    with open('/proc/%d/status' % process.pid, encoding='ascii') as file:
        blocked = int(re.search(r'^SigBlk:\s*(\w+)', file.read(), re.M).group(1), 16)
    return process.poll() is not None or blocked & 1 << (signal.SIGINT - 1)


def run_to_its_end(t, line):
    """Or, when there is none, until it is asked to end."""
    with traffic():
        process = t.start(line)
        if not re.search(r' (-n|--count|--duration) ', line):
            wait_until(lambda: minds_signals(process), line)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1)
            process.send_signal(signal.SIGINT)
        t.finish(process)


def test_can_examples_run(t):
    if not has_can():
        raise Skip('no CAN interfaces here')
    lines = [line for line in examples(t) if re.search(CAN, line) and not re.search(CONTROLLERS, line)]
    t.shell('ip link add vcan0 type vcan; ip link set vcan0 mtu 72 up')
    for line in lines:
        SCENES.setdefault(line, run_to_its_end)
    run_all(t, lines)


def test_can_controller_examples_run(t):
    if not has_can():
        raise Skip('no CAN interfaces here')
    with network_of_the_controllers():
        controllers_up(t)
        t.shell('ip link add vcan0 type vcan || true')
        run_all(t, [line for line in examples(t) if re.search(CONTROLLERS, line)])
        controllers_up(t)
