# SPDX-License-Identifier: GPL-2.0-or-later
"""send, received by python's sockets."""
import socket

from harness import SECONDS, Skip, has_can


def receiver(t, kind=socket.SOCK_DGRAM):
    s = socket.socket(socket.AF_UNIX, kind)
    s.settimeout(SECONDS)
    s.bind(t.path('s'))
    return s


def test_each_message_is_one_datagram(t):
    with open(t.path('file'), 'wb') as file:
        file.write(b'from a file\n')
    with receiver(t) as s:
        t.shell('kin send unix-dgram:s text:hello hex:00:ff @file -', data=b'from input')
        assert [s.recv(100) for _ in range(4)] == [
            b'hello', b'\x00\xff', b'from a file\n', b'from input']


def test_a_stream_gets_the_bytes_in_order(t):
    big = bytes(range(256)) * 4096
    with receiver(t, socket.SOCK_STREAM) as s:
        with open(t.path('big'), 'wb') as file:
            file.write(big)
        s.listen()
        sender = t.start('kin send unix:s text:begin @/dev/stdin text:end < <(cat big)')
        peer = s.accept()[0]
        peer.settimeout(SECONDS)
        data = b''
        while part := peer.recv(65536):
            data += part
        peer.close()
        t.finish(sender)
    assert data == b'begin' + big + b'end'


def test_nothing_is_sent_when_the_last_is_wrong(t):
    with receiver(t) as s:
        t.shell('kin send unix-dgram:s text:hello hex:0', status=2)
        t.shell('kin send unix-dgram:s text:hello @missing', status=1)
        s.setblocking(False)
        try:
            raise AssertionError('received %r' % s.recv(100))
        except BlockingIOError:
            pass


def test_a_file_longer_than_a_message_is_refused(t):
    with receiver(t):
        with open(t.path('file'), 'wb') as file:
            file.write(bytes(212_961))
        _, err = t.shell('kin send unix-dgram:s @file', status=1)
        assert 'longer than a message of unix-dgram:s can be' in err, err


def test_a_full_receiver_is_waited_for_and_told(t):
    with receiver(t):
        _, err = t.shell('kin send --timeout 300ms unix-dgram:s %s' % ('text:x ' * 2000), status=1)
        assert 'ETIMEDOUT' in err, err


def test_a_can_frame_is_sent_as_written(t):
    if not has_can():
        raise Skip('no CAN interfaces here')
    with socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW) as s:
        s.settimeout(SECONDS)
        s.bind(('can0',))
        t.shell('kin send can:can0 123#DEADBEEF 1F334455#')
        assert s.recv(16) == bytes.fromhex('23010000 04000000 deadbeef00000000')
        assert s.recv(16) == bytes.fromhex('5544339f 00000000 0000000000000000')
        _, err = t.shell('kin send can:can0 123#0 456#11', status=2)
        assert 'can:can0' in err and 'position' in err, err


def test_gen_waits_for_times_beyond_the_clock(t):
    with receiver(t) as s:
        gen = t.start('kin gen unix-dgram:s text:hello --gap 9223372036 -n 5')
        assert s.recv(100) == b'hello'
        s.settimeout(0.3)
        try:
            assert not s.recv(100)
        except TimeoutError:
            pass
        t.stop(gen)
