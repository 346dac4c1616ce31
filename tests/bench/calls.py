# SPDX-License-Identifier: GPL-2.0-or-later
"""tests/bench/run calls: what a call costs beside bare system calls and python3's socket module.

Everything is done on the same sockets by tests/bench/calls.c, first by hand, then by kin, in turns:

  ns            of a message, the median; open, addr_parse, addr_format: of a call
  instructions  in user space, which valgrind counts: exact whatever else the machine does
  calls         of the system, which strace counts

Python does the same in a process of its own, in turns as well. "kin-bare" are the instructions that
kin adds, "waits" a call of a socket with a timeout that finds nothing at first. Then deadlines: how
much later than its socket's timeout says a call returned on which nothing happened.
"""

import collections
import functools
import glob
import json
import math
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import timeit

HERE = os.path.dirname(os.path.realpath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(REPO, 'build', 'release')
CALLS = os.path.join(BUILD, 'bench-calls')

TURNS = 8     # runs of calls.c, and of Python, in one repetition
ROUNDS = 5    # samples of each row in one run
TRIES = 100   # of each deadline in one repetition
GOAL_INSTRUCTIONS = 60
GOAL_LATE_MS = 20

# ---- python3's own, in a process of its own --------------------------------------------------

SIZE, BURST, BURSTS = 64, 5, 40   # as in calls.c
SENDS = {'send': 'out.send(data)', 'send_all': 'out.sendall(data)',
         'send_msg': 'out.sendmsg([data])'}
RECEIVES = {'recv': 'end.recv(64)', 'recv_into': 'end.recv_into(room)',
            'recv_msg': 'end.recvmsg(64)', 'recv_msg-batch': 'end.recvmsg(64, 256)'}
TRANSPORTS = {'unix': (socket.AF_UNIX, socket.SOCK_STREAM),
              'unix-dgram': (socket.AF_UNIX, socket.SOCK_DGRAM),
              'udp': (socket.AF_INET, socket.SOCK_DGRAM),
              'tcp': (socket.AF_INET, socket.SOCK_STREAM)}


def python_ends(family, kind):
    any_name = ('127.0.0.1', 0) if family == socket.AF_INET else ''
    end, out, loose = (socket.socket(family, kind) for _ in range(3))
    end.bind(any_name)
    if kind == socket.SOCK_DGRAM:
        out.bind(any_name)
        loose.bind(any_name)
    else:
        end.listen(1)
    name = end.getsockname()
    out.connect(name)
    if kind == socket.SOCK_STREAM:
        end = end.accept()[0]
        if family == socket.AF_INET:
            out.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return {'end': end, 'out': out, 'loose': loose, 'name': name, 'data': bytes(SIZE),
            'room': bytearray(SIZE)}


def python_burst(ends, timed, sends, n):
    """What timed(n) returns; nothing is left behind in the queues."""
    if not sends:
        for _ in range(n):
            ends['out'].send(ends['data'])
    result = timed(n)
    if sends:
        for _ in range(n):
            ends['end'].recv(SIZE)
    return result


def python_row(what, label, ends, statement, sends):
    timer = timeit.Timer(statement, globals=ends)

    def marked(n):
        os.access(f'begin {label} python {n}', os.F_OK)
        timer.timeit(n)
        os.access('end', os.F_OK)

    if what == 'trace':
        python_burst(ends, marked, sends, BURST)
        return
    n = 2 * BURST
    seconds = statistics.median(
        sum(python_burst(ends, timer.timeit, sends, n) for _ in range(BURSTS))
        for _ in range(ROUNDS))
    print(label, 'python', '%.1f' % (seconds / (n * BURSTS) * 1e9))


def python_late(tries):
    for timeout in (5, 20, 100):
        end, silent = socket.socketpair()
        end.settimeout(timeout / 1e3)
        for _ in range(tries):
            begin = time.perf_counter()
            try:
                end.recv(SIZE)
            except TimeoutError:
                print('python-recv', timeout, (time.perf_counter() - begin) * 1e3 - timeout)
            else:
                raise SystemExit('something came')
        silent.close()


def python_main(what, count):
    if what == 'late':
        python_late(count)
        return
    for transport, (family, kind) in TRANSPORTS.items():
        ends = python_ends(family, kind)
        for mode, names in (('blocking', None), ('timeout', ('send', 'recv'))):
            if mode == 'timeout':
                ends['out'].settimeout(1)
                ends['end'].settimeout(1)
            rows = [(call, text, True) for call, text in SENDS.items()]
            rows += [(call, text, False) for call, text in RECEIVES.items()]
            if kind == socket.SOCK_DGRAM:
                rows += [('send_to', 'loose.sendto(data, name)', True),
                         ('recv_from', 'end.recvfrom(64)', False)]
            for call, text, sends in rows:
                if not names or call in names:
                    python_row(what, f'{transport} {call} {mode}', ends, text, sends)


# ---- Measuring -------------------------------------------------------------------------------

def prepare():
    script = '''
        . vcan-setup/lib.sh
        need_packages build bench
        build_kin
        gcc -O2 -Wall -Wextra -D_GNU_SOURCE -I "$2/lib/include" -o "$1" tests/bench/calls.c \
            -L "$2/lib" -Wl,-rpath,"$2/lib" -lkin
    '''
    built = subprocess.run(['bash', '-c', script, 'tests/bench/run', CALLS, BUILD], cwd=REPO,
                           stdout=sys.stderr)
    if built.returncode != 0:
        raise SystemExit(built.returncode)


@functools.cache
def namespace():
    """Loopback of its own without anybody's firewall, and queues for the batches, where allowed."""
    words = ['unshare', '--net', 'sh', '-c', 'ip link set lo up || exit; '
             'echo 512 2>/dev/null >/proc/sys/net/unix/max_dgram_qlen; exec "$0" "$@"']
    if os.geteuid() != 0:
        words[1:1] = ['--user', '--map-root-user']
    if subprocess.run(words + ['true'], capture_output=True).returncode == 0:
        return words
    print('no network namespace: on this machine\'s own loopback', file=sys.stderr)
    return []


def run(*command, **more):
    """What a command printed, in the namespace."""
    process = subprocess.run([*namespace(), *command], stdout=subprocess.PIPE, text=True, **more)
    if process.returncode != 0:
        raise SystemExit(f'{" ".join(command)}: status {process.returncode}')
    return process.stdout


def both(what, count):
    """calls.c, then Python: the lines of both."""
    return (run(CALLS, what, str(count)) +
            run(sys.executable, __file__, what, str(count))).splitlines()


def times(repeat):
    samples = collections.defaultdict(list)
    for _ in range(repeat * TURNS):
        for line in both('time', ROUNDS):
            name, ns = line.rsplit(' ', 1)
            samples[name].append(float(ns))
    return {name: statistics.median(values) for name, values in samples.items()}


def instructions():
    """The difference of a short and a long burst of each row, by message."""
    totals = collections.defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'calls')
        run('valgrind', '-q', '--tool=callgrind', '--collect-atstart=no',
            f'--callgrind-out-file={out}', CALLS, 'count')
        for path in sorted(glob.glob(out + '.*'), key=lambda path: int(path.rsplit('.', 1)[1])):
            with open(path) as dump:
                text = dump.read()
            row = re.search(r'^desc: Trigger: Client Request: (.*) (\d+)$', text, re.M)
            total = re.search(r'^(?:summary|totals): (\d+)', text, re.M)
            if row and total:
                totals[row[1]][int(row[2])] = int(total[1])
    return {name: (total[max(total)] - total[min(total)]) / (max(total) - min(total))
            for name, total in totals.items()}


def system_calls():
    """What strace saw between the marks of each row, by message."""
    counts = collections.Counter()
    messages, name = {}, None
    with tempfile.NamedTemporaryFile('r') as trace:
        run('strace', '-A', '-o', trace.name, CALLS, 'trace')
        run('strace', '-A', '-o', trace.name, sys.executable, __file__, 'trace', '0')
        for line in trace:
            mark = re.search(r'access.*"(?:begin (.*) (\d+)|end)"', line)
            if mark:
                name = mark[1]
                messages[name] = int(mark[2] or 0)
            elif name and re.match(r'\w+\(', line):
                counts[name] += 1
    return {name: counts[name] / messages[name] for name in messages if name}


def deadlines(repeat):
    samples = collections.defaultdict(list)
    for _ in range(repeat):
        for line in both('late', TRIES):
            call, timeout, ms = line.split()
            samples[call, int(timeout)].append(float(ms))
    for (call, timeout), values in samples.items():
        values.sort()
        yield {'part': 'deadline', 'call': call, 'timeout_ms': timeout, 'tries': len(values),
               'median_ms': statistics.median(values),
               'p99_ms': values[math.ceil(len(values) * 0.99) - 1], 'max_ms': values[-1]}


def calls(repeat):
    ns, count, system = times(repeat), instructions(), system_calls()
    names = dict.fromkeys(name.rsplit(' ', 1)[0] for name in count)
    for name in names:
        transport, call, mode = name.split()
        row = {'part': 'call', 'transport': transport, 'call': call, 'mode': mode}
        for who in ('bare', 'kin', 'python'):
            row[who + '_ns'] = ns.get(f'{name} {who}')
            row[who + '_instructions'] = count.get(f'{name} {who}')
            row[who + '_calls'] = system.get(f'{name} {who}')
        row['extra_instructions'] = row['kin_instructions'] - row['bare_instructions']
        for who in ('bare', 'python'):
            other = row[who + '_ns']
            row['kin_' + who] = row['kin_ns'] / other if other else None
        yield row


# ---- Output ----------------------------------------------------------------------------------

def cell(value, digits):
    return '' if value is None else f'{value:.{digits}f}'


def print_calls(rows):
    heads = ('transport', 'call', 'mode', 'ns bare', 'kin', 'python', 'kin/bare', 'kin/python',
             'instr. bare', 'kin', 'kin-bare', 'calls bare', 'kin', 'python')
    layout = '{:16} {:14} {:8} {:>8} {:>7} {:>7} {:>8} {:>10} {:>11} {:>7} {:>8} {:>10} {:>5} {:>6}'
    columns = (('bare_ns', 0), ('kin_ns', 0), ('python_ns', 0), ('kin_bare', 2), ('kin_python', 2),
               ('bare_instructions', 1), ('kin_instructions', 1), ('extra_instructions', 1),
               ('bare_calls', 2), ('kin_calls', 2), ('python_calls', 2))
    print(layout.format(*heads))
    for row in rows:
        print(layout.format(row['transport'], row['call'], row['mode'],
                            *(cell(row[name], digits) for name, digits in columns)))


def print_deadlines(rows):
    layout = '{:20} {:>10} {:>6} {:>14} {:>8} {:>8}'
    print(layout.format('deadline of', 'timeout ms', 'tries', 'late ms median', 'p99', 'max'))
    for row in rows:
        print(layout.format(row['call'], row['timeout_ms'], row['tries'],
                            *(f'{row[name]:.3f}' for name in ('median_ms', 'p99_ms', 'max_ms'))))


def print_goals(call_rows, late_rows):
    single = [row for row in call_rows if row['mode'] in ('blocking', 'timeout')
              and '-' not in row['call']]
    goals = (
        (f'more than {GOAL_INSTRUCTIONS} instructions above bare calls',
         [f"{row['transport']} {row['call']} {row['mode']} {row['extra_instructions']:.0f}"
          for row in single
          if row['extra_instructions'] > GOAL_INSTRUCTIONS and row['transport'] in TRANSPORTS]),
        ('more system calls than by hand',
         [f"{row['transport']} {row['call']} {row['mode']}" for row in call_rows
          if row['kin_calls'] > row['bare_calls']]),
        (f'deadlines later than {GOAL_LATE_MS} ms in one of a hundred',
         [f"{row['call']} {row['timeout_ms']}" for row in late_rows
          if row['p99_ms'] > GOAL_LATE_MS]),
    )
    for what, rows in goals:
        print(f'{what}: {", ".join(rows) or "none"}')


def bench(repeat, as_json):
    prepare()
    call_rows = list(calls(repeat))
    late_rows = list(deadlines(repeat))
    if as_json:
        for row in call_rows + late_rows:
            print(json.dumps(row))
        return
    print_calls(call_rows)
    print()
    print_deadlines(late_rows)
    print()
    print_goals(call_rows, late_rows)


if __name__ == '__main__':
    python_main(sys.argv[1], int(sys.argv[2]))
