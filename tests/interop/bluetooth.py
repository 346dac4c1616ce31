# SPDX-License-Identifier: GPL-2.0-or-later
"""What the interop tests of Bluetooth share: a pair of controllers, and who listens."""
import os
import re
import socket
import time

from interop import KERNEL, beside_kin, run, start, wait_until

DEBUG = '/sys/kernel/debug'
LISTEN = 4  # BT_LISTEN


class Pair:
    """Controllers that hear each other: those of kin-air, or Debian's."""

    def __init__(self, count=2, foreign=False):
        run('modprobe -a bluetooth hci_vhci rfcomm')
        if not os.path.isdir(DEBUG + '/bluetooth'):
            run('mount -t debugfs debugfs ' + DEBUG)
        before = controllers()
        if foreign:
            # What its LE needs of the kernel's crypto.
            run('modprobe -a af_alg algif_skcipher algif_hash ecb aes_generic cmac')
            self.program = start('btvirt -l%d' % count)
        else:
            self.program = start([beside_kin('vcan-setup/kin-air'), '--up', '-n', str(count), '--socket', 'air'])
        wait_until(lambda: len(controllers()) == len(before) + count)
        self.names = sorted(controllers() - before, key=lambda name: int(name[3:]))
        if foreign:
            for name in self.names:
                wait_until(lambda: start('hciconfig %s up' % name).process.wait() == 0)
                run('hciconfig %s piscan' % name)
        else:
            wait_until(lambda: len(self.program.lines()) >= count)
        self.addresses = [address_of(name) for name in self.names]

    def order(self, *words):
        run([beside_kin('vcan-setup/kin-air'), '--socket', 'air', *words])


def wait_for_no_links():
    """The kernel keeps a link for two seconds; what connects just when it goes is ended with it."""
    wait_until(lambda: not any(':' in name for name in os.listdir('/sys/class/bluetooth')))


def advertise(pair):
    """The second controller, so that LE reaches it: until something has connected."""
    run('hciconfig %s leadv 0' % pair.names[1])


def controllers():
    return {name for name in os.listdir('/sys/class/bluetooth') if re.fullmatch(r'hci\d+', name)}


def address_of(name):
    found = None
    while not found or found.group(1) == '00:00:00:00:00:00':
        found = re.search(r'BD Address: (\S+)', run('hciconfig ' + name).out())
    return found.group(1)


def sockets(protocol):
    """The lines that the kernel has about them, as words."""
    with open('%s/bluetooth/%s' % (DEBUG, protocol), encoding='ascii') as file:
        return [re.sub(r'[()]', ' ', line).split() for line in file]


def wait_for_listener(protocol, number=None):
    """At a psm of L2CAP (in the fifth word its state), or a channel of RFCOMM."""
    def there():
        for words in sockets(protocol):
            if protocol == 'l2cap' and words[4:6] == [str(LISTEN), str(number)]:
                return True
            if protocol == 'rfcomm' and words[2:4] == [str(LISTEN), str(number)]:
                return True
            if protocol in ('sco', 'iso') and words[2] == str(LISTEN):
                return True
        return False

    wait_until(there)


def l2cap(kind=socket.SOCK_SEQPACKET):
    return bounded(socket.socket(socket.AF_BLUETOOTH, kind, socket.BTPROTO_L2CAP))


def rfcomm():
    return bounded(socket.socket(socket.AF_BLUETOOTH, socket.SOCK_STREAM, socket.BTPROTO_RFCOMM))


def sco():
    return bounded(socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_SCO))


def bounded(sock):
    sock.settimeout(30)
    return sock


def read_all(sock, size=65536):
    """Messages up to the end, which L2CAP tells before its last ones: by a reset, or by nothing."""
    messages, ended = [], False
    while True:
        try:
            data = sock.recv(size)
        except ConnectionResetError:
            data = b''
        except (BlockingIOError, TimeoutError):
            return messages
        if data:
            messages.append(data)
        elif ended:
            return messages
        else:
            ended = True
            sock.settimeout(0.5)


def listening(sock, address):
    sock.bind(address)
    sock.listen(5)
    return sock
