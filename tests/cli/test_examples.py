# SPDX-License-Identifier: GPL-2.0-or-later
"""Every example of every verb is run as it stands in the man pages, /run being the test's folder.

Most need somebody at the other end: SCENES says who. One that is not there just has to succeed.
"""
import contextlib
import glob
import os
import re
import shutil
import signal
import socket
import threading

from harness import SECONDS, wait_until

SCENES = {}

# Examples of what this machine may lack: test_can_examples.py, test_bluetooth_examples.py
CAN = r'\bcan\d|\bkin can|\b(can|bcm|isotp|j1939):'
BLUETOOTH = r'\bkin bt\b'


def scene(*lines):
    def add(function):
        for line in lines:
            SCENES[line] = function
        return function
    return add


def content(t, name):
    with open(t.path(name), 'rb') as file:
        return file.read()


def write(t, name, data):
    with open(t.path(name), 'wb') as file:
        file.write(data)


def receiver(t, kind, address, family=socket.AF_UNIX):
    s = socket.socket(family, kind)
    s.settimeout(SECONDS)
    s.bind(address if family != socket.AF_UNIX else t.path(address))
    return s


@contextlib.contextmanager
def echo_server(family, address, count=1):
    """Answers with what it got, after its end."""
    listener = socket.socket(family)
    listener.settimeout(SECONDS)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen()

    def serve():
        for _ in range(count):
            with listener.accept()[0] as peer:
                peer.settimeout(SECONDS)
                data = b''
                while part := peer.recv(65536):
                    data += part
                peer.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener
    thread.join()
    listener.close()


@scene('kin send udp:127.0.0.1:5000 text:hello hex:00FF')
def send_udp(t, line):
    with receiver(t, socket.SOCK_DGRAM, ('127.0.0.1', 5000), socket.AF_INET) as s:
        t.shell(line)
        assert (s.recv(10), s.recv(10)) == (b'hello', b'\x00\xff')


@scene('kin send unix-dgram:/run/log.sock - <report')
def send_file(t, line):
    write(t, 'report', b'all is well')
    with receiver(t, socket.SOCK_DGRAM, 'log.sock') as s:
        t.shell(line)
        assert s.recv(100) == b'all is well'


@scene('kin dump -f json -n 10 udp::5000')
def dump_json(t, line):
    dump = t.start(line)
    t.wait_for_socket('udp:5000')
    t.shell('kin send udp:127.0.0.1:5000' + ' text:x' * 10)
    out = t.finish(dump)
    assert out.count(b'\n') == 10 and out.startswith(b'{'), out


@scene('kin gen unix-dgram:/run/x.sock -n 100000 -l 100')
def gen_unix(t, line):
    listener = t.start('kin listen unix-dgram:x.sock >got')
    t.wait_for_socket('x.sock')
    t.shell(line, seconds=6 * SECONDS)
    wait_until(lambda: os.path.getsize(t.path('got')) == 10_000_000, 'all messages')
    t.stop(listener)


@scene('kin play drive.log --map can0=can:can1 --speed 2',
       "kin play drive.log --map '*=can:can0' --only 123:7FF --from 1s --to 2s --loop 3")
def play_can(t, line):
    write(t, 'drive.log', b''.join(b'(%d.500000) can0 123#%02X\n' % (1700000000 + i, i) for i in range(3)))
    with socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW) as s:
        s.settimeout(SECONDS)
        s.bind(('can0' if '*' in line else 'can1',))
        t.shell(line)
        got = [s.recv(16)[8] for _ in range(3)]
        assert got == ([1, 2, 1] if '*' in line else [0, 1, 2]), got


@scene("kin play talk.json --map '*=udp:127.0.0.1:5000'")
def play_udp(t, line):
    write(t, 'talk.json', b'{"scheme":"udp","time":1.5,"from":"udp:10.0.0.1:7","len":2,"data":"6869"}\n')
    with receiver(t, socket.SOCK_DGRAM, ('127.0.0.1', 5000), socket.AF_INET) as s:
        t.shell(line)
        assert s.recv(10) == b'hi'


@scene('kin cat tcp:127.0.0.1:5000 <request >answer')
def cat_tcp(t, line):
    write(t, 'request', b'what is the time?')
    with echo_server(socket.AF_INET, ('127.0.0.1', 5000)):
        t.shell(line)
    assert content(t, 'answer') == b'what is the time?'


@scene('kin cat unix:/run/a.sock tcp:127.0.0.1:5000')
def cat_two(t, line):
    with socket.socket(socket.AF_UNIX) as a, echo_server(socket.AF_INET, ('127.0.0.1', 5000)):
        a.bind(t.path('a.sock'))
        a.listen()
        cat = t.start(line)
        with a.accept()[0] as peer:
            peer.settimeout(SECONDS)
            peer.sendall(b'hello')
            peer.shutdown(socket.SHUT_WR)
            assert peer.recv(10) == b'hello'
        t.finish(cat)


@scene('kin cat -u udp:127.0.0.1:5000 >datagrams')
def cat_receives(t, line):
    cat = t.start(line)
    t.wait_for_socket('udp:5000')
    t.shell('kin send udp:127.0.0.1:5000 text:one text:two')
    wait_until(lambda: content(t, 'datagrams') == b'onetwo', 'datagrams')
    t.stop(cat)


@scene('kin cat -U --retry forever unix:/run/late.sock <file')
def cat_retries(t, line):
    write(t, 'file', b'content')
    cat = t.start(line)
    with receiver(t, socket.SOCK_STREAM, 'late.sock') as listener:
        listener.listen()
        with listener.accept()[0] as peer:
            assert peer.recv(100) == b'content'
    t.finish(cat)


@scene('kin cat --rate 10M --progress always tcp:127.0.0.1:5000 <request >answer')
def cat_limited(t, line):
    write(t, 'request', bytes(1 << 20))
    with echo_server(socket.AF_INET, ('127.0.0.1', 5000)):
        _, err = t.shell(line)
    assert '1048576 bytes received, 1048576 sent' in err, err
    assert content(t, 'answer') == bytes(1 << 20)


@scene('kin listen tcp:127.0.0.1:5000 >file')
def listen_file(t, line):
    listener = t.start(line)
    t.wait_for_socket('tcp:5000')
    t.shell('kin send tcp:127.0.0.1:5000 text:content')
    t.finish(listener)
    assert content(t, 'file') == b'content'


@scene("kin listen --keep --exec 'tr a-z A-Z' unix:/run/upper.sock")
def listen_exec(t, line):
    listener = t.start(line)
    t.wait_for_socket('upper.sock')
    for _ in range(2):
        assert t.shell('echo word | kin cat unix:upper.sock')[0] == 'WORD\n'
    t.stop(listener)


@scene('kin listen --keep tcp:127.0.0.1:5001 unix:/run/a.sock')
def listen_proxy(t, line):
    listener = t.start(line)
    t.wait_for_socket('tcp:5001')
    with echo_server(socket.AF_UNIX, t.path('a.sock'), count=2):
        for _ in range(2):
            assert t.shell('echo word | kin cat tcp:127.0.0.1:5001')[0] == 'word\n'
    t.stop(listener)


@scene('kin listen udp:127.0.0.1:5002 unix-dgram:/run/d.sock,local=')
def listen_datagrams(t, line):
    """Whoever sends gets the answer to what he sent."""
    with receiver(t, socket.SOCK_DGRAM, 'd.sock') as server, contextlib.ExitStack() as stack:
        listener = t.start(line)
        t.wait_for_socket('udp:5002')
        clients = [stack.enter_context(
            receiver(t, socket.SOCK_DGRAM, ('127.0.0.1', 0), socket.AF_INET)) for _ in range(3)]
        for i, client in enumerate(clients):
            client.sendto(b'%d' % i, ('127.0.0.1', 5002))
        for _ in clients:
            data, peer = server.recvfrom(10)
            server.sendto(b'for ' + data, peer)
        for i, client in enumerate(clients):
            assert client.recv(10) == b'for %d' % i
        t.stop(listener)


@scene("kin listen --keep --exec 'date -f -' udp:127.0.0.1:5003")
def listen_answers(t, line):
    listener = t.start(line)
    t.wait_for_socket('udp:5003')
    for _ in range(2):
        with receiver(t, socket.SOCK_DGRAM, ('127.0.0.1', 0), socket.AF_INET) as client:
            client.sendto(b'2001-02-03', ('127.0.0.1', 5003))
            answer = client.recv(100)
            assert b'Feb  3' in answer and b'2001' in answer, answer
    t.stop(listener)


@scene('kin listen -v unix:/run/once.sock,unlink=on >file')
def listen_leaves_nothing(t, line):
    listener = t.start(line)
    t.wait_for_socket('once.sock')
    t.shell('kin send unix:once.sock text:content')
    t.finish(listener)
    assert content(t, 'file') == b'content'
    assert not os.path.exists(t.path('once.sock'))


@scene('kin help --man cat | man -l -')
def read_man(t, line):
    t.shell(line if shutil.which('man') else line.split('|')[0])


def run_all(t, lines):
    assert lines
    for line in lines:
        run = SCENES.get(line, lambda t, line: t.shell(line))
        print('#', line, flush=True)
        run(t, line.replace('/run/', ''))
        for process in t.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for name in os.listdir(t.dir):
            if name.endswith('.sock'):
                os.unlink(t.path(name))


def examples(t):
    return t.kin('help', '--examples')[0].splitlines()


def test_examples_run(t):
    run_all(t, [line for line in examples(t) if not re.search(CAN + '|' + BLUETOOTH, line)])
