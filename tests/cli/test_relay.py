# SPDX-License-Identifier: GPL-2.0-or-later
"""What cat, listen and send do besides moving bytes: splice, ends, times, rates, many peers."""
import contextlib
import os
import pty
import signal
import socket
import struct
import subprocess
import threading
import time
import tty

from harness import KIN, ROOT, SECONDS, Skip, wait_until

# More than what is copied before a stream is spliced.
BIG = os.urandom(1 << 20) * 3


@contextlib.contextmanager
def listening(address, kind=socket.SOCK_STREAM):
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    with socket.socket(family, kind) as s:
        s.settimeout(SECONDS)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(address)
        if kind != socket.SOCK_DGRAM:
            s.listen()
        yield s


def accept(listener):
    peer = listener.accept()[0]
    peer.settimeout(SECONDS)
    return peer


def connect(path, kind=socket.SOCK_STREAM):
    s = socket.socket(socket.AF_UNIX, kind)
    s.settimeout(SECONDS)
    s.connect(path)
    return s


def read_all(s):
    parts = []
    while part := s.recv(65536):
        parts.append(part)
    return b''.join(parts)


def content(t, name):
    with open(t.path(name), 'rb') as file:
        return file.read()


def write(t, name, data):
    with open(t.path(name), 'wb') as file:
        file.write(data)


def in_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def tell(process):
    """What a process that ends by itself says on standard error."""
    return process.communicate(timeout=SECONDS)[1].decode()


# ---- Splice -------------------------------------------------------------------------------------

def test_what_is_spliced_and_what_is_not_arrives(t):
    """Out of files and pipes, into files that are appended to, pipes and sockets."""
    write(t, 'in', BIG)
    for sender in ('kin cat unix:s <in', 'cat in | kin cat unix:s', 'kin cat -U unix:s <in'):
        for receiver in ('kin listen unix:s >out', 'kin listen unix:s >>out',
                         'kin listen unix:s | cat >out'):
            write(t, 'out', b'')
            listener = t.start("bash -c '%s'" % receiver)
            t.wait_for_socket('s')
            t.shell(sender)
            t.finish(listener)
            os.unlink(t.path('s'))
            assert content(t, 'out') == BIG, (sender, receiver)


def test_both_ways_are_spliced_and_half_closed(t):
    """Each side ends first once, with much under way in both directions."""
    for first in (0, 1):
        with listening(t.path('a')) as a, listening(('127.0.0.1', 5000)) as b:
            cat = t.start('kin cat unix:a tcp:127.0.0.1:5000')
            with accept(a) as left, accept(b) as right:
                ends = (left, right) if first == 0 else (right, left)
                got = []

                def talk(s, data):
                    s.sendall(data)
                    s.shutdown(socket.SHUT_WR)

                early = in_thread(lambda: talk(ends[0], BIG))
                reader = in_thread(lambda: got.append(read_all(ends[1])))
                early.join()
                reader.join()
                assert got[0] == BIG
                # The other way still goes.
                late = in_thread(lambda: talk(ends[1], BIG[::-1]))
                assert read_all(ends[0]) == BIG[::-1]
                late.join()
            t.finish(cat)
        os.unlink(t.path('a'))


def test_a_file_that_begins_to_be_appended_to_loses_nothing(t):
    """What is in the pipe when the kernel refuses to splice is written all the same."""
    with open(t.path('out'), 'wb') as out, listening(t.path('s')) as listener:
        cat = subprocess.Popen(['kin', 'cat', '-u', 'unix:s'], stdin=subprocess.DEVNULL,
                               stdout=out, env=t.env, cwd=t.dir, start_new_session=True)
        t.processes.append(cat)
        with accept(listener) as peer:
            peer.sendall(BIG)
            wait_until(lambda: os.path.getsize(t.path('out')) > len(BIG) // 2, 'half of it')
            # The flags belong to the open file, which is the other process's too.
            import fcntl
            flags = fcntl.fcntl(out, fcntl.F_GETFL)
            fcntl.fcntl(out, fcntl.F_SETFL, flags | os.O_APPEND)
            peer.sendall(BIG)
        assert cat.wait(SECONDS) == 0
    assert content(t, 'out') == BIG + BIG


# ---- Ends ---------------------------------------------------------------------------------------

def test_end_both_ends_with_the_first(t):
    with listening(t.path('s')) as listener:
        cat = t.start('kin cat --end both unix:s', stdin=subprocess.PIPE)
        with accept(listener) as peer:
            peer.sendall(b'last words')
            peer.shutdown(socket.SHUT_WR)
            assert t.finish(cat) == b'last words'


def test_end_keep_hides_the_end_of_the_input(t):
    with listening(t.path('s')) as listener:
        cat = t.start('kin cat --end keep unix:s')
        with accept(listener) as peer:
            peer.settimeout(0.5)
            try:
                raise AssertionError('it ended: %r' % peer.recv(1))
            except TimeoutError:
                peer.sendall(b'answer')
        assert t.finish(cat) == b'answer'


def test_send_only_and_one_way(t):
    write(t, 'in', b'to the peer')
    with listening(t.path('s')) as listener:
        cat = t.start('kin cat -U unix:s <in')
        with accept(listener) as peer:
            peer.sendall(b'not wanted')
            assert read_all(peer) == b'to the peer'
        assert t.finish(cat) == b''
        cat = t.start('kin cat -u unix:s <in')
        with accept(listener) as peer:
            peer.sendall(b'wanted')
        assert t.finish(cat) == b'wanted'


def send_to_a_talker(t, line):
    """To a TCP peer that talks and is slow to read: what it had read in the end."""
    received = []

    def talk():
        with listening(('127.0.0.1', 5000)) as listener:
            ready.set()
            with accept(listener) as peer:
                peer.sendall(b'welcome\n' * 100)
                time.sleep(0.3)
                received.append(read_all(peer))

    ready = threading.Event()
    thread = in_thread(talk)
    ready.wait()
    t.shell(line)
    thread.join()
    return received[0]


def test_what_was_sent_survives_a_peer_that_talks(t):
    """A reset would throw away what is on its way."""
    write(t, 'in', BIG)
    for line in ('kin send tcp:127.0.0.1:5000 @in', 'kin cat -U tcp:127.0.0.1:5000 <in'):
        assert send_to_a_talker(t, line) == BIG, line


def test_send_does_not_wait_for_who_never_accepts(t):
    with listening(t.path('s')):
        begin = time.monotonic()
        t.shell('kin send unix:s text:hello')
        assert time.monotonic() - begin < SECONDS / 4


def test_send_does_not_wait_for_ever_for_a_peer_that_stays(t):
    with listening(('127.0.0.1', 5000)) as listener:
        begin = time.monotonic()
        sender = t.start('kin send tcp:127.0.0.1:5000 text:hello')
        with accept(listener) as peer:
            t.finish(sender)
            assert 0.4 < time.monotonic() - begin < SECONDS / 2
            assert read_all(peer) == b'hello'


# ---- Attempts and times -------------------------------------------------------------------------

def test_retry_counts_and_tells(t):
    begin = time.monotonic()
    _, err = t.shell('kin cat -v --retry 3 --retry-interval 100ms unix:nobody </dev/null', status=1)
    assert 0.3 <= time.monotonic() - begin < SECONDS / 2
    assert err.count('trying again') == 3 and err.count('ENOENT') == 1, err
    # What no time mends is not tried again.
    _, err = t.shell('kin cat --retry forever nobody:here </dev/null', status=2)
    assert 'trying' not in err, err


def test_retry_finds_a_listener_that_comes_late(t):
    listener = t.start('kin listen tcp:127.0.0.1:5001 unix:late --retry forever '
                       '--retry-interval 50ms')
    t.wait_for_socket('tcp:5001')
    client = t.start('kin cat tcp:127.0.0.1:5001', stdin=subprocess.PIPE)
    time.sleep(0.2)
    with listening(t.path('late')) as late:
        with accept(late) as peer:
            peer.sendall(b'here I am')
    assert client.communicate(timeout=SECONDS)[0] == b'here I am'
    t.finish(listener)


def test_signals_end_attempts(t):
    process = t.start('kin cat --retry forever unix:nobody')
    time.sleep(0.3)
    t.stop(process, status=-signal.SIGTERM)


def test_listen_does_not_wait_longer_than_asked(t):
    _, err = t.shell('kin listen --timeout 200ms unix:s', status=1)
    assert 'nobody came in time' in err, err
    listener = t.start('kin listen --keep --exec cat --timeout 500ms unix:t')
    t.wait_for_socket('t')
    with connect(t.path('t')) as client:
        time.sleep(0.8)
        client.sendall(b'still here')
        assert client.recv(100) == b'still here'
    t.finish(listener)


# ---- Rate and progress --------------------------------------------------------------------------

def test_rate_holds_both_ways(t):
    for rate in (200_000, 2_000_000):  # the second one is spliced before its end
        write(t, 'in', bytes(rate))
        listener = t.start('kin listen unix:s,unlink=on <in >out')
        t.wait_for_socket('s')
        begin = time.monotonic()
        t.shell('kin cat --rate %d unix:s <in >back' % rate)
        seconds = time.monotonic() - begin
        t.finish(listener)
        assert content(t, 'out') == content(t, 'back') == bytes(rate)
        assert 0.85 < seconds < SECONDS / 2, seconds


def test_rate_does_not_hold_up_the_end(t):
    with listening(t.path('s')) as listener:
        cat = t.start('kin cat --rate 10 unix:s', stdin=subprocess.PIPE)
        with accept(listener) as peer:
            cat.stdin.write(b'0123456789' * 10)
            cat.stdin.flush()
            peer.recv(1)
            t.stop(cat)


def test_progress_is_told_every_second(t):
    with listening(t.path('s')) as listener:
        cat = t.start('kin cat --progress always unix:s', stdin=subprocess.PIPE)
        with accept(listener) as peer:
            peer.sendall(bytes(2048))
            assert cat.stderr.readline() == (
                b'kin: unix:s: 2.0 KiB received, 0 B sent, 2.0 KiB/s\n')
            assert b'2.0 KiB received, 0 B sent, 0 B/s\n' in cat.stderr.readline()
        cat.stdin.close()
        cat.stdin = None
        total = cat.stderr.readline().decode()
        assert cat.wait(SECONDS) == 0
        assert total.startswith('kin: unix:s: 2048 bytes received, 0 sent in '), total


def test_progress_shows_on_a_terminal(t):
    """On one line, that is gone when the total comes; and not when the data are there as well."""
    write(t, 'in', bytes(1_500_000))
    for options, shows in (('', True), ('--progress never ', False)):
        listener = t.start('kin listen unix:s >out')
        t.wait_for_socket('s')
        here, there = pty.openpty()
        sender = subprocess.Popen(
            ['bash', '-c', 'exec kin cat -U %s--rate 1M unix:s <in' % options],
            env=t.env, cwd=t.dir, stdout=there, stderr=there, start_new_session=True)
        os.close(there)
        t.processes.append(sender)
        assert sender.wait(SECONDS) == 0
        said = b''
        with contextlib.suppress(OSError):
            while part := os.read(here, 4096):
                said += part
        os.close(here)
        t.finish(listener)
        os.unlink(t.path('s'))
        assert said.count(b'\r') >= 2 if shows else not said, said
        assert not shows or b'1500000 bytes sent in ' in said, said


def test_progress_of_send(t):
    write(t, 'in', bytes(100_000))
    listener = t.start('kin listen unix:s >out')
    t.wait_for_socket('s')
    _, err = t.shell('kin send --progress always unix:s @in text:end')
    assert err.startswith('kin: unix:s: 100003 bytes sent in '), err
    t.finish(listener)


# ---- Commands -----------------------------------------------------------------------------------

def test_cat_joins_a_command(t):
    with listening(('127.0.0.1', 5000)) as listener:
        cat = t.start("kin cat --exec 'sh -c \"echo $KIN_PEER; tr a-z A-Z; exit 5\"' "
                      'tcp:127.0.0.1:5000')
        with accept(listener) as peer:
            peer.sendall(b'words')
            peer.shutdown(socket.SHUT_WR)
            assert read_all(peer) == b'tcp:127.0.0.1:5000\nWORDS'
        t.finish(cat, status=5)


def test_one_message_is_answered(t):
    """Without --keep it is one message, and the command's status is kin's."""
    listener = t.start('kin listen --exec \'tr a-z A-Z; echo " $KIN_LOCAL"; exit 4\' '
                       'unix-dgram:s,unlink=on')
    t.wait_for_socket('s')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        client.settimeout(SECONDS)
        client.bind(t.path('client'))
        client.sendto(b'question', t.path('s'))
        assert client.recv(100) == b'QUESTION unix-dgram:s\n'
    t.finish(listener, status=4)
    assert not os.path.exists(t.path('s'))


def test_long_messages_and_commands_that_do_not_read_are_answered(t):
    listener = t.start("kin listen --keep --exec 'head -c 5; yes | head -c 150000' unix-dgram:s")
    t.wait_for_socket('s')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        client.settimeout(SECONDS)
        client.bind(t.path('client'))
        for _ in range(3):
            client.sendto(bytes(200_000), t.path('s'))
            answer = client.recv(300_000)
            assert answer == bytes(5) + b'y\n' * 75_000, len(answer)
    t.stop(listener)


# ---- Many peers ---------------------------------------------------------------------------------

def test_fifty_peers_are_passed_on_at_once(t):
    """Each through a connection of its own, all of them open."""
    with listening(t.path('to')) as to:
        to.listen(100)
        listener = t.start('kin listen --keep unix:s unix:to')
        t.wait_for_socket('s')
        clients = [connect(t.path('s')) for _ in range(50)]
        peers = [accept(to) for _ in clients]
        for i, client in enumerate(clients):
            client.sendall(b'%02d' % i)
        heard = {peer.recv(2): peer for peer in peers}
        assert len(heard) == 50
        for number, peer in heard.items():
            peer.sendall(b'answer to ' + number)
            peer.close()
        for i, client in enumerate(clients):
            assert read_all(client) == b'answer to %02d' % i
            client.close()
        t.stop(listener)


def test_max_children_makes_the_others_wait(t):
    listener = t.start("kin listen --keep --max-children 2 --exec 'echo hello; cat' unix:s")
    t.wait_for_socket('s')
    first, second, third = (connect(t.path('s')) for _ in range(3))
    assert first.recv(6) == second.recv(6) == b'hello\n'
    third.settimeout(0.5)
    try:
        raise AssertionError('served: %r' % third.recv(6))
    except TimeoutError:
        third.settimeout(SECONDS)
    first.close()
    assert third.recv(6) == b'hello\n'
    second.close()
    third.close()
    t.stop(listener)


def test_senders_of_datagrams_are_told_apart_and_forgotten(t):
    """The silent one goes when there is no room, and is somebody new when he comes back."""
    with listening(('127.0.0.1', 5001), socket.SOCK_DGRAM) as server:
        listener = t.start('kin listen -v --max-children 2 udp:127.0.0.1:5000 udp:127.0.0.1:5001')
        t.wait_for_socket('udp:5000')
        clients = []
        for i in range(3):
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            client.settimeout(SECONDS)
            client.connect(('127.0.0.1', 5000))
            client.send(b'%d' % i)
            data, peer = server.recvfrom(10)
            assert data == b'%d' % i
            server.sendto(b'answer %d' % i, peer)
            assert client.recv(20) == b'answer %d' % i
            clients.append((client, peer))
        again = []
        for i in (2, 0):
            clients[i][0].send(b'again')
            again.append(server.recvfrom(10)[1])
        assert again[0] == clients[2][1] and again[1] != clients[0][1], (again, clients)
        for client, _ in clients:
            client.close()
        listener.terminate()
        err = tell(listener)
    assert listener.returncode == 0
    assert err.count(': joined to udp:127.0.0.1:5001') == 4 and err.count(': ended') == 2, err


def test_idle_senders_are_forgotten(t):
    with listening(t.path('to')) as to:
        listener = t.start('kin listen --idle 300ms unix-dgram:s unix:to')
        t.wait_for_socket('s')
        for words in (b'one', b'two'):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
                client.sendto(words, t.path('s'))
            with accept(to) as peer:
                assert read_all(peer) == words
        t.stop(listener)


def test_seqpackets_stay_messages(t):
    """Through a listener with many peers, in both directions."""
    with listening(t.path('to'), socket.SOCK_SEQPACKET) as to:
        listener = t.start('kin listen --keep unix-seqpacket:s unix-seqpacket:to')
        t.wait_for_socket('s')
        for _ in range(2):
            with connect(t.path('s'), socket.SOCK_SEQPACKET) as client, accept(to) as peer:
                for message in (b'one', bytes(200_000), b'three'):
                    client.send(message)
                    assert peer.recv(300_000) == message
                    peer.send(message)
                    assert client.recv(300_000) == message
        t.stop(listener)


def test_peers_are_printed(t):
    listener = t.start('kin listen --keep -v tcp:127.0.0.1:5000')
    t.wait_for_socket('tcp:5000')
    names = []
    for _ in range(2):
        with socket.create_connection(('127.0.0.1', 5000), SECONDS) as client:
            names.append('tcp:127.0.0.1:%d' % client.getsockname()[1])
            client.sendall(b'12345')
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1) == b''
    err = b''.join(listener.stderr.readline() for _ in range(4)).decode()
    t.stop(listener)
    for name in names:
        assert 'kin: %s: connected to tcp:127.0.0.1:5000\n' % name in err, err
        assert 'kin: %s: 5 bytes received in ' % name in err, err


# ---- Signals and shortages ----------------------------------------------------------------------

def test_signals_end_listeners_in_order(t):
    """Nothing is left behind: neither children nor the socket file."""
    for line in ('unix:s,unlink=on', '--keep --exec cat unix:s,unlink=on',
                 'unix-dgram:s,unlink=on', 'unix-dgram:s,unlink=on unix-dgram:to',
                 '--keep --exec cat unix-dgram:s,unlink=on'):
        for number in (signal.SIGTERM, signal.SIGINT):
            listener = t.start('kin listen ' + line)
            t.wait_for_socket('s')
            time.sleep(0.1)
            listener.send_signal(number)
            t.finish(listener)
            assert not os.path.exists(t.path('s')), line


def without_asan():
    """Its shadow memory, and what it reports when it has no descriptor, are not what is tested."""
    for path in (KIN, os.path.join(ROOT, 'build/release/tools/kin')):
        with contextlib.suppress(OSError), open(path, 'rb') as file:
            if b'__asan_init' not in file.read():
                return path
    raise Skip('there is no build of kin without sanitizers')


def test_a_shortage_of_descriptors_is_waited_out(t):
    """It is told, nobody is dropped, and all are served once there are descriptors again."""
    listener = t.start("prlimit --nofile=7 %s listen --keep --exec cat unix:s" % without_asan())
    t.wait_for_socket('s')
    with open('/proc/%d/limits' % listener.pid, encoding='ascii') as limits:
        assert 'Max open files            7 ' in limits.read()
    # The limit itself is what runs short, not what kin has open.
    used = len(os.listdir('/proc/%d/fd' % listener.pid))
    subprocess.run(['prlimit', '--pid', str(listener.pid), '--nofile=%d:' % used], check=True)
    client = connect(t.path('s'))
    client.sendall(b'words')
    assert b'EMFILE' in listener.stderr.readline()
    assert listener.poll() is None
    subprocess.run(['prlimit', '--pid', str(listener.pid), '--nofile=7:'], check=True)
    client.shutdown(socket.SHUT_WR)
    assert read_all(client) == b'words'
    client.close()
    listener.terminate()
    listener.communicate(timeout=SECONDS)
    assert listener.returncode == 0


def test_a_reset_ends_one_connection_not_the_listener(t):
    listener = t.start('kin listen --keep tcp:127.0.0.1:5000')
    t.wait_for_socket('tcp:5000')
    for _ in range(3):
        with socket.create_connection(('127.0.0.1', 5000), SECONDS) as client:
            client.sendall(b'x')
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    t.shell('kin send tcp:127.0.0.1:5000 text:fine')
    t.stop(listener)


def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    peer.close()


def test_a_reset_is_not_survived_by_an_input_that_is_silent(t):
    with listening(('127.0.0.1', 5000)) as listener:
        cat = t.start('kin cat tcp:127.0.0.1:5000', stdin=subprocess.PIPE)
        reset(accept(listener))
        assert cat.wait(SECONDS) == 1
        assert b'ECONNRESET' in cat.stderr.read()


def test_a_reset_is_passed_on(t):
    """As the end: a server that waits for it would keep the process that serves it for ever."""
    with listening(('127.0.0.1', 5001)) as listener:
        proxy = t.start('kin listen --keep tcp:127.0.0.1:5000 tcp:127.0.0.1:5001')
        t.wait_for_socket('tcp:5000')
        client = socket.create_connection(('127.0.0.1', 5000), SECONDS)
        server = accept(listener)
        client.sendall(b'x')
        assert server.recv(1) == b'x'
        reset(client)
        assert server.recv(1) == b''
        server.close()
        t.stop(proxy)


def test_an_input_that_can_not_be_read_has_ended(t):
    with listening(t.path('s')) as listener:
        cat = t.start('kin cat unix:s </')
        with accept(listener) as peer:
            assert read_all(peer) == b''
            peer.sendall(b'answer')
        out, err = cat.communicate(timeout=SECONDS)
    assert cat.returncode == 1 and out == b'answer' and b'directory' in err, err


def test_several_empty_messages_are_no_end(t):
    for ends_before in (False, True):
        with listening(t.path('s'), socket.SOCK_SEQPACKET) as listener:
            cat = t.start('kin cat -u unix-seqpacket:s')
            peer = accept(listener)
            cat.send_signal(signal.SIGSTOP)
            for message in (b'a', b'', b'', b'b', b'', b'', b'', b'c'):
                peer.send(message)
            if ends_before:
                peer.close()
            cat.send_signal(signal.SIGCONT)
            assert os.read(cat.stdout.fileno(), 1) == b'a'
            peer.close()
            assert t.finish(cat) == b'bc'
        os.unlink(t.path('s'))


def check_stuck_output(t, output):
    """Nothing is taken from the output: the other way goes on, and kin can be ended."""
    with listening(t.path('s')) as listener:
        cat = subprocess.Popen([KIN, 'cat', 'unix:s'], cwd=t.dir, env=t.env, stdout=output,
                               stdin=subprocess.PIPE, start_new_session=True)
        t.processes.append(cat)
        with accept(listener) as peer:
            peer.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                peer.sendall(BIG)
            peer.settimeout(SECONDS)
            cat.stdin.write(b'back')
            cat.stdin.flush()
            assert peer.recv(4) == b'back'
            cat.terminate()
            assert cat.wait(SECONDS) == 0
    os.unlink(t.path('s'))


def test_an_output_that_is_stuck_holds_up_nothing_else(t):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        check_stuck_output(t, theirs)
    here, there = pty.openpty()
    tty.setraw(there)
    check_stuck_output(t, there)
    os.close(here)
    os.close(there)


def test_an_output_that_is_a_socket_gets_everything(t):
    ours, theirs = socket.socketpair()
    with ours, theirs, listening(t.path('s')) as listener:
        cat = subprocess.Popen([KIN, 'cat', '-u', 'unix:s'], cwd=t.dir, env=t.env, stdout=theirs,
                               start_new_session=True)
        t.processes.append(cat)
        theirs.close()
        ours.settimeout(SECONDS)
        with accept(listener) as peer:
            thread = threading.Thread(target=peer.sendall, args=(BIG,))
            thread.start()
            got = b''
            while len(got) < len(BIG):
                got += ours.recv(65536)
            thread.join()
        assert got == BIG and ours.recv(1) == b'' and cat.wait(SECONDS) == 0


def test_what_the_rate_holds_up_is_not_idle(t):
    write(t, 'in', b'0123456789')
    listener = t.start('kin listen -u unix:s')
    t.wait_for_socket('s')
    t.shell('kin cat -U --rate 10 --idle 60ms unix:s <in')
    assert t.finish(listener) == b'0123456789'


def test_the_longest_times_are_never(t):
    for option in ('idle', 'wait', 'timeout'):
        listener = t.start('kin listen -u unix:s,unlink=on')
        t.wait_for_socket('s')
        out, err = t.shell('kin cat --%s 9223372036 unix:s' % option, data=b'x')
        assert not out and not err, err
        assert t.finish(listener) == b'x'
    listener = t.start('kin listen --idle 9223372036 unix-dgram:s unix-dgram:to')
    t.wait_for_socket('s')
    with listening(t.path('to'), socket.SOCK_DGRAM) as to:
        t.shell('kin send unix-dgram:s text:hello')
        assert to.recv(9) == b'hello'
        assert t.stop(listener) == b'' and listener.returncode == 0


def test_a_stream_is_cut_into_datagrams_that_fit(t):
    """UDP over IPv4 takes less than UDP does, and the way to a peer may take even less."""
    data = os.urandom(100_000)
    write(t, 'in', data)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(SECONDS)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        s.bind(('127.0.0.1', 5000))
        t.shell('kin cat -U udp:127.0.0.1:5000 <in')
        got = b''
        while len(got) < len(data):
            got += s.recv(65536)
        assert got == data
    listener = t.start("kin listen --exec 'cat in' udp:127.0.0.1:5001")
    t.wait_for_socket('udp:5001')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(SECONDS)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        s.connect(('127.0.0.1', 5001))
        s.send(b'')
        got = b''
        while len(got) < len(data):
            got += s.recv(65536)
        assert got == data
    t.finish(listener)


def test_the_messages_of_an_answer_are_counted(t):
    """However late they are: and fewer of them are a failure."""
    with listening(('127.0.0.1', 5000), socket.SOCK_DGRAM) as server:
        cat = t.start('echo question | kin cat --wait 1h -n 2 udp:127.0.0.1:5000')
        data, peer = server.recvfrom(100)
        assert data == b'question\n'
        for text in b'one ', b'two', b'three':
            server.sendto(text, peer)
        assert t.finish(cat) == b'one two'
        cat = t.start('echo question | kin cat --wait 500ms -n 2 udp:127.0.0.1:5000')
        server.sendto(b'one', server.recvfrom(100)[1])
        assert cat.communicate(timeout=SECONDS) == (
            b'one', b'kin: udp:127.0.0.1:5000: 1 messages came, not 2\n')
        assert cat.returncode == 1
        received = t.start('kin cat -u -n 1 udp:127.0.0.1:5001')
        t.wait_for_socket('udp:5001')
        t.shell('kin send udp:127.0.0.1:5001 text:one text:two')
        assert t.finish(received) == b'one'
    with listening(t.path('s')):
        err = t.shell('kin cat -n 1 unix:s', status=2)[1]
    assert '--count: unix:s has no messages' in err, err


def test_listen_to_messages_does_not_wait_longer_than_asked(t):
    for to in ('', 'unix-dgram:to'):
        err = t.shell('kin listen --timeout 50ms unix-dgram:s,unlink=on ' + to, status=1)[1]
        assert 'nobody came in time' in err, err
    listener = t.start('kin listen --timeout 1s --idle 1500ms unix-dgram:s,unlink=on')
    t.wait_for_socket('s')
    t.shell('kin send unix-dgram:s text:hello')
    assert t.finish(listener) == b'hello'


def test_a_hangup_ends_in_order(t):
    """And who is told by nohup(1) to live on does."""
    listener = t.start('kin listen --keep --exec cat unix:s,unlink=on')
    t.wait_for_socket('s')
    with connect(t.path('s')) as client:
        client.sendall(b'x')
        assert client.recv(1) == b'x'
        listener.send_signal(signal.SIGHUP)
        t.finish(listener)
        assert client.recv(1) == b''
    assert not os.path.exists(t.path('s'))
    listener = t.start('nohup kin listen unix:s')
    t.wait_for_socket('s')
    listener.send_signal(signal.SIGHUP)
    with connect(t.path('s')) as client:
        client.sendall(b'x')
    assert t.finish(listener) == b'x'


def test_of_many_that_remove_a_stale_file_one_listens(t):
    for _ in range(5):
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(t.path('s'))
        listeners = [t.start('kin listen --timeout 1s unix:s,unlink=on') for _ in range(8)]
        errors = [process.communicate(timeout=SECONDS)[1] for process in listeners]
        assert sum(b'nobody came' in err for err in errors) == 1, errors
        assert sum(b'EADDRINUSE' in err for err in errors) == 7, errors
        assert not os.path.exists(t.path('s'))
