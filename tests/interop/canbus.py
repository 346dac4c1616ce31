# SPDX-License-Identifier: GPL-2.0-or-later
"""What the interop tests of CAN share: interfaces, frames, and programs that receive.

Two programs that receive the same frame see the same time stamp, the kernel's: whole lines are compared.
"""
import glob
import socket
import struct

from interop import *  # noqa: F403

# Of linux/can.h and linux/can/raw.h, and not in Python.
SOL_CAN_RAW, CAN_RAW_XL_FRAMES = 101, 7


def vcan(*names, mtu=72):
    for name in names:
        run('ip link add dev %s type vcan' % name)
        run('ip link set dev %s mtu %d up' % (name, mtu))


def receivers():
    """The sockets that receive CAN frames: each has lines in these tables, with its address in the kernel."""
    sockets = set()
    # There are none before the first socket has loaded the module.
    for table in glob.glob('/proc/net/can/rcvlist_*'):
        with open(table, encoding='ascii') as file:
            sockets.update(line.split()[4] for line in file if line.rstrip().endswith(' raw'))
    return len(sockets)


def capture_all(commands, sockets=1, **more):
    """Start programs that receive, and wait until all of their sockets do."""
    before = receivers()
    programs = [start(command, **more) for command in commands]
    wait_until(lambda: receivers() >= before + sockets * len(commands))
    return programs


def capture(command, sockets=1, **more):
    return capture_all([command], sockets, **more)[0]


def capture_pairs(count, pairs, sockets=1):
    """kin and candump (-r: its queue is short otherwise), each for count frames, with these arguments."""
    return list(zip(capture_all(['kin dump -n %d %s' % (count, kin) for kin, _ in pairs], sockets),
                    capture_all(['candump -r 8000000 -n %d %s' % (count, candump) for _, candump in pairs], sockets)))


def capture_both(count, kin, candump, sockets=1):
    return capture_pairs(count, [(kin, candump)], sockets)[0]


def both_wrote_the_same(pair):
    kin, candump = pair
    equal(kin.wait().lines(), candump.wait().lines(), ('kin', 'candump'))
    equal(kin.err(), '')
    return kin.lines()


def send(frames, interface='vcan0'):
    for frame in frames:
        run(['cansend', interface, frame])


def raw(interface='vcan0', xl=False):
    sock = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
    sock.setsockopt(SOL_CAN_RAW, socket.CAN_RAW_FD_FRAMES, 1)
    if xl:
        sock.setsockopt(SOL_CAN_RAW, CAN_RAW_XL_FRAMES, 1)
    sock.bind((interface,))
    return sock


def send_errors(frames):
    """cansend has error frames on some versions only."""
    with raw() as sock:
        for frame in frames:
            number, data = frame.split('#')
            sock.send(struct.pack('=IB3x8s', int(number, 16), 8, bytes.fromhex(data)))


def log_frames(lines):
    """The frames of a log, without time and interface."""
    return [line.split()[2] for line in lines]
