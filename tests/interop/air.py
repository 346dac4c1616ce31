# SPDX-License-Identifier: GPL-2.0-or-later
"""What the interop tests of Bluetooth share: controllers on one virtual air, those of kin-air.

Linux has Bluetooth in the initial network namespace only: such a test is a @bluetooth_test. It looks at the kernel's
messages as well: none of its warnings and errors may appear while it runs, but those that it says.
"""
import functools
import os
import re
import socket

from interop import *  # noqa: F403

AIR = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(KIN))), 'vcan-setup/kin-air')
# What no test may see, whatever else the kernel has to say
ALARMS = re.compile(r'BUG:|Oops|WARNING:|Call Trace|general protection|refcount|unexpected|'
                    r'Opcode 0x|command 0x.* tx timeout|too (small|short)|corrupted')


class Air:
    """Controllers; hci0 and its like are their names, addresses those of the kernel."""

    def __init__(self, count=2, up=True):
        run('modprobe -q -a drbg hci_vhci')
        self.socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.program = start([AIR, '--fd', '0', '--count', str(count), *(['--up'] if up else [])], stdin=other)
        other.close()
        lines = [line.split() for line in self.order('list')]
        self.names = [name for name, _ in lines]
        self.addresses = [address for _, address in lines]

    def order(self, text, refused=None):
        """What vcan-setup/bluetooth takes, such as "apart hci0 hci1": the lines of its answer."""
        self.socket.send(text.encode())
        answer = self.socket.recv(8192).decode()
        assert answer, 'kin-air has ended: ' + self.program.err()
        if refused is not None:
            assert answer.startswith('error: ') and refused in answer, answer
            return []
        assert answer.startswith('ok\n'), '%s: %s' % (text, answer)
        return answer.splitlines()[1:]

    def end(self):
        self.socket.close()
        self.program.wait()


class KernelLog:
    """What the kernel says from now on."""

    def __init__(self):
        self.fd = os.open('/dev/kmsg', os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)

    def lines(self):
        lines = []
        while True:
            try:
                lines.append(os.read(self.fd, 8192).decode('utf-8', 'replace').split('\n')[0])
            except BlockingIOError:
                return lines


# Linux 6.1.192 has a fault: an L2CAP socket whose connection could not be made, for want of a link, ends in
# "list_del corruption" in hci_chan_del() when it is closed.
UNMADE_LINKS = KERNEL > (6, 1)


def bluetooth_test(function=None, *, allowed='(?!)', when=True, **more):
    """A test in the initial network namespace.

    @param allowed  what the kernel may say though it is an alarm
    @param when  False: this kernel can't do it for its own faults
    """
    if function is None:
        return lambda f: bluetooth_test(f, allowed=allowed, when=when, **more)
    if not when:
        return function

    @functools.wraps(function)
    def wrapped():
        log = KernelLog()
        function()
        equal([line for line in log.lines() if ALARMS.search(line) and not re.search(allowed, line)], [])
    return test(wrapped, own_network=False, newer=True, **more)
