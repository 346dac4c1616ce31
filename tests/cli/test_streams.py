# SPDX-License-Identifier: GPL-2.0-or-later
"""cat and listen, against each other and against python's sockets."""
import os
import signal
import socket
import struct
import subprocess
import threading
import time

from harness import SECONDS, wait_until

BIG = os.urandom(3_000_000)


def server(family, kind, address):
    s = socket.socket(family, kind)
    s.settimeout(SECONDS)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(address)
    if kind != socket.SOCK_DGRAM:
        s.listen()
    return s


def read_all(s):
    parts = []
    while part := s.recv(65536):
        parts.append(part)
    return b''.join(parts)


def test_cat_sends_a_file_to_listen(t):
    for address, ready in (('unix:s', 's'), ('tcp:127.0.0.1:5000', 'tcp:5000'),
                           ('tcp:[::1]:5000', 'tcp:5000')):
        with open(t.path('in'), 'wb') as file:
            file.write(BIG)
        listener = t.start('kin listen %s >out' % address)
        t.wait_for_socket(ready)
        t.shell('kin cat %s <in' % address)
        t.finish(listener)
        with open(t.path('out'), 'rb') as file:
            assert file.read() == BIG, address


def test_listen_sends_its_input(t):
    with open(t.path('in'), 'wb') as file:
        file.write(BIG)
    listener = t.start('kin listen unix:s <in')
    t.wait_for_socket('s')
    t.shell('kin cat unix:s </dev/null >out')
    t.finish(listener)
    with open(t.path('out'), 'rb') as file:
        assert file.read() == BIG


def test_the_end_is_passed_on_and_answered(t):
    """The peer sees our end, and what it says afterwards still arrives."""
    def answer():
        with listener.accept()[0] as peer:
            peer.settimeout(SECONDS)
            peer.sendall(b'%d bytes' % len(read_all(peer)))

    with server(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 5000)) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        out, _ = t.shell('kin cat tcp:127.0.0.1:5000', data=BIG)
        thread.join()
    assert out == '%d bytes' % len(BIG), out


def test_the_peer_may_end_first(t):
    """What we send still arrives after the peer has ended its own sending."""
    received = []

    def sink():
        with listener.accept()[0] as peer:
            peer.settimeout(SECONDS)
            peer.shutdown(socket.SHUT_WR)
            received.append(read_all(peer))

    with server(socket.AF_UNIX, socket.SOCK_STREAM, t.path('s')) as listener:
        thread = threading.Thread(target=sink)
        thread.start()
        t.shell('(echo one; sleep 1.5; echo two) | kin cat unix:s')
        thread.join()
    assert received == [b'one\ntwo\n'], received


def test_two_addresses_are_joined(t):
    upper = t.start("kin listen --exec 'tr a-z A-Z' unix:upper")
    t.wait_for_socket('upper')
    listener = t.start('kin listen tcp:127.0.0.1:5000 unix:upper')
    t.wait_for_socket('tcp:5000')
    out, _ = t.shell('kin cat tcp:127.0.0.1:5000', data=b'over two sockets')
    assert out == 'OVER TWO SOCKETS', out
    t.finish(listener)
    t.finish(upper)


def test_cat_joins_two_addresses(t):
    with server(socket.AF_UNIX, socket.SOCK_STREAM, t.path('a')) as a, \
            server(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 5000)) as b:
        cat = t.start('kin cat -v unix:a tcp:127.0.0.1:5000')
        with a.accept()[0] as left, b.accept()[0] as right:
            left.sendall(b'to the right')
            left.shutdown(socket.SHUT_WR)
            assert read_all(right) == b'to the right'
            right.sendall(b'to the left')
            right.close()
            assert read_all(left) == b'to the left'
        err = cat.communicate(timeout=SECONDS)[1].decode()
    assert cat.returncode == 0
    assert err.startswith('kin: unix:a: 12 bytes received, 11 sent in '), err


def test_keep_serves_many_at_once(t):
    listener = t.start('kin listen --keep --exec cat unix:s')
    t.wait_for_socket('s')
    clients = []
    for i in range(50):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(SECONDS)
        client.connect(t.path('s'))
        clients.append(client)
    for i, client in enumerate(clients):
        client.sendall(b'%d' % i)
        client.shutdown(socket.SHUT_WR)
    for i, client in reversed(list(enumerate(clients))):
        assert read_all(client) == b'%d' % i
        client.close()
    t.stop(listener)


def test_keep_ends_its_children(t):
    listener = t.start('kin listen --keep -v --exec "sleep 1000" unix:s')
    t.wait_for_socket('s')
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(SECONDS)
        client.connect(t.path('s'))
        assert b'connected' in listener.stderr.readline()
        t.stop(listener)
        assert client.recv(1) == b''


def test_exec_knows_both_addresses(t):
    listener = t.start('kin listen --exec \'echo "$KIN_LOCAL $KIN_PEER"\' tcp:127.0.0.1:5000')
    t.wait_for_socket('tcp:5000')
    with socket.create_connection(('127.0.0.1', 5000), SECONDS) as client:
        port = client.getsockname()[1]
        assert read_all(client) == b'tcp:127.0.0.1:5000 tcp:127.0.0.1:%d\n' % port
    t.finish(listener)


def test_exec_tells_how_it_ended(t):
    listener = t.start("kin listen --exec 'exit 3' unix:s")
    t.wait_for_socket('s')
    t.shell('kin cat unix:s')
    t.finish(listener, status=3)


def test_messages_stay_messages(t):
    """Over a relay between sockets with messages; an empty one as well."""
    with server(socket.AF_UNIX, socket.SOCK_DGRAM, t.path('to')) as to:
        relay = t.start('kin listen unix-dgram:from unix-dgram:to')
        t.wait_for_socket('from')
        t.shell('kin send unix-dgram:from text:one hex: hex:00ff')
        assert [to.recv(100) for _ in range(3)] == [b'one', b'', b'\x00\xff']
        t.stop(relay)


def test_an_empty_message_is_no_end(t):
    with server(socket.AF_UNIX, socket.SOCK_SEQPACKET, t.path('s')) as listener:
        for line in ('kin cat unix-seqpacket:s </dev/null', 'kin dump -f hex unix-seqpacket:s'):
            process = t.start(line)
            with listener.accept()[0] as peer:
                for message in (b'a', b'', b'b'):
                    peer.send(message)
            assert t.finish(process) in (b'ab', b'61\n\n62\n'), line


def test_a_cut_message_is_told(t):
    listener = t.start('kin listen unix-dgram:s >out')
    t.wait_for_socket('s')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 212_992)
        client.sendto(bytes(300_000), t.path('s'))
    wait_until(lambda: os.path.getsize(t.path('out')) == 212_960, 'the message')
    listener.terminate()
    err = listener.communicate(timeout=SECONDS)[1].decode()
    assert listener.returncode == 3, listener.returncode
    assert '300000 bytes was cut to 212960' in err, err


def test_datagrams_end_by_silence(t):
    """A request over UDP: the answer is waited for, and then the end."""
    with server(socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', 5000)) as s:
        def answer():
            data, peer = s.recvfrom(100)
            s.sendto(data.upper(), peer)

        thread = threading.Thread(target=answer)
        thread.start()
        out, _ = t.shell('kin cat --wait 300ms udp:127.0.0.1:5000', data=b'question')
        thread.join()
    assert out == 'QUESTION', out


def test_idle_ends_it(t):
    with server(socket.AF_UNIX, socket.SOCK_STREAM, t.path('s')):
        cat = t.start('kin cat --idle 200ms unix:s', stdin=subprocess.PIPE)
        assert cat.wait(SECONDS) == 0


def test_a_closed_reader_is_quiet(t):
    listener = t.start('kin listen --exec yes unix:s')
    t.wait_for_socket('s')
    out, err = t.shell('kin cat unix:s </dev/null | head -n 1; exit ${PIPESTATUS[0]}')
    assert (out, err) == ('y\n', ''), err
    listener.wait(SECONDS)


def test_a_reset_is_told_once(t):
    with server(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 5000)) as listener:
        cat = t.start('kin cat tcp:127.0.0.1:5000', stdin=subprocess.PIPE)
        peer = listener.accept()[0]
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        peer.close()
        err = cat.communicate(b'x', timeout=SECONDS)[1].decode()
    assert cat.returncode == 1
    assert err.count('\n') == 1 and 'ECONNRESET' in err, err


def test_signals_end_it_in_order(t):
    with server(socket.AF_UNIX, socket.SOCK_STREAM, t.path('s')) as listener:
        cat = t.start('kin cat -v unix:s', stdin=subprocess.PIPE)
        with listener.accept()[0] as peer:
            peer.sendall(b'abc')
            assert os.read(cat.stdout.fileno(), 10) == b'abc'
            cat.terminate()
            err = cat.communicate(timeout=SECONDS)[1].decode()
    assert cat.returncode == 0 and '3 bytes received' in err, err


def test_a_full_disk_is_told(t):
    listener = t.start('kin listen unix:s >/dev/full')
    t.wait_for_socket('s')
    t.shell('kin cat unix:s; true', data=b'abc')
    err = listener.communicate(timeout=SECONDS)[1].decode()
    assert listener.returncode == 1 and 'No space left' in err, err


def connected(path):
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    return s


def test_signals_end_what_still_waits_to_be_opened(t):
    with server(socket.AF_UNIX, socket.SOCK_STREAM, t.path('full')) as full:
        full.listen(0)
        with connected(t.path('full')):
            for line in ('dump unix:full', 'gen unix:full', 'cat unix:full'):
                process = t.start('kin ' + line)
                time.sleep(0.3)
                t.stop(process, status=-signal.SIGTERM)
            process = t.start('kin listen unix:s unix:full')
            t.wait_for_socket('s')
            with connected(t.path('s')):
                time.sleep(0.3)
                t.stop(process, status=-signal.SIGTERM)
    os.mkfifo(t.path('fifo'))
    process = t.start('kin dump -w fifo unix-dgram:d')
    t.wait_for_socket('d')
    time.sleep(0.3)
    t.stop(process, status=-signal.SIGTERM)


def test_an_output_that_is_closed_is_told(t):
    for line in ('kin const AF_INET >&-', 'kin opt unix:x type >&-'):
        assert 'Bad file descriptor' in t.shell(line, status=1)[1], line
    process = t.start('kin dump -n 1 unix-dgram:d >&-')
    t.wait_for_socket('d')
    t.shell('kin send unix-dgram:d text:hello')
    t.finish(process, status=1)


def test_a_long_address_leaves_room_for_the_cause(t):
    err = t.shell('kin dump unix:%s' % ('x' * 5000), status=2)[1]
    assert 'the path has 5000 bytes' in err, err


def test_dump_tells_of_cut_messages(t):
    process = t.start('kin dump -f hex -n 1 unix-dgram:d')
    t.wait_for_socket('d')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 212_992)
        s.connect(t.path('d'))
        s.send(bytes(300_000))
    assert len(t.finish(process, status=3)) == 2 * 212_960 + 1


def test_gen_takes_any_rate(t):
    with server(socket.AF_UNIX, socket.SOCK_DGRAM, t.path('d')) as receiver:
        t.shell('kin gen unix-dgram:d -n 5 --rate 1' + '0' * 300)
        process = t.start('kin gen unix-dgram:d -n 5 --rate 0.00000000001')
        for _ in range(6):
            receiver.recv(100)
        time.sleep(0.1)
        t.stop(process)


def test_keep_counts_its_children_whoever_started_it(t):
    """With SIGCHLD ignored from before, too."""
    listener = t.start("python3 -c 'import os, signal; signal.signal(signal.SIGCHLD, "
                       "signal.SIG_IGN); os.execvp(\"kin\", [\"kin\", \"listen\", \"--keep\", "
                       "\"unix:s\"])'")
    t.wait_for_socket('s')
    for _ in range(3):
        t.shell('kin cat unix:s </dev/null')
    with open('/proc/%d/status' % listener.pid, encoding='ascii') as file:
        ignored = int(next(line for line in file if line.startswith('SigIgn')).split()[1], 16)
    assert not ignored >> signal.SIGCHLD - 1 & 1
    t.stop(listener)
