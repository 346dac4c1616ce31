# SPDX-License-Identifier: GPL-2.0-or-later
"""kin cat between a source and a sink, beside socat and a loop of splice(2).

One relay at a time, all of them in turn in each repetition. Throughput is from the relay's start to
the sink's end; CPU is user and system time of the relay. The numbers are medians.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.path.join(REPO, 'build', 'release')
KIN = os.environ.get('KIN', os.path.join(BUILD, 'tools', 'kin'))
FLOOR = os.path.join(BUILD, 'bench-floor-stream')
GIB = 1 << 30

# who -> the command that joins two addresses, in what the program calls them
RELAYS = {
    'kin cat': lambda kind, a, b: [KIN, 'cat', *(name(kind, x, 'tcp:127.0.0.1:%s', 'unix:%s')
                                                 for x in (a, b))],
    'socat': lambda kind, a, b: ['socat', *(name(kind, x, 'TCP4:127.0.0.1:%s', 'UNIX-CONNECT:%s')
                                            for x in (a, b))],
    'socat -b 1M': lambda kind, a, b: ['socat', '-b', str(1 << 20),
                                       *(name(kind, x, 'TCP4:127.0.0.1:%s', 'UNIX-CONNECT:%s')
                                         for x in (a, b))],
    'floor splice': lambda kind, a, b: [FLOOR, 'splice', a, b],
}
OURS = 'kin cat'


def name(kind, address, tcp, unix):
    return (tcp if kind == 'tcp' else unix) % address


def prepare():
    """The command, the floor, and socat."""
    script = '''
        . vcan-setup/lib.sh
        need_packages build
        command -v socat >/dev/null || need_packages test
        [[ -n ${KIN:-} ]] || build_kin
        mkdir -p "$(dirname "$1")"
        gcc -O2 -Wall -D_GNU_SOURCE -o "$1" tests/bench/floor-stream.c
    '''
    subprocess.run(['bash', '-c', script, 'tests/bench/run', FLOOR], cwd=REPO, check=True,
                   stdout=sys.stderr)


def start_end(*words):
    """A source or a sink, and the address that it listens at."""
    process = subprocess.Popen([FLOOR, *words], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def relay(kind, who, size):
    with tempfile.TemporaryDirectory() as folder:
        where = [os.path.join(folder, end) if kind == 'unix' else '0' for end in ('from', 'to')]
        source, come_from = start_end('source', where[0], str(size))
        sink, go_to = start_end('sink', where[1])
        command = RELAYS[who](kind, come_from, go_to)
        begin = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        done = int(sink.stdout.readline())
        seconds = time.monotonic() - begin
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for end in (source, sink):
            end.stdout.close()
            end.wait()
    if done != size or process.returncode != 0:
        raise SystemExit(f'{command}: status {process.returncode}, {done} bytes of {size}')
    return {'over': kind, 'who': who, 'bytes': size, 'gib_per_second': size / GIB / seconds,
            'cpu_per_gib': (usage.ru_utime + usage.ru_stime) / (size / GIB)}


def measure(size, repeat):
    rows = []
    for kind in ('tcp', 'unix'):
        for _ in range(repeat):
            for who in RELAYS:
                rows.append(relay(kind, who, size))
                if sys.stderr.isatty():
                    print('.', end='', file=sys.stderr, flush=True)
    return rows


def summarize(rows):
    """Medians of each row's repetitions, and how kin compares with it."""
    groups = {}
    for row in rows:
        groups.setdefault((row['over'], row['who']), []).append(row)
    medians = {key: {number: statistics.median(row[number] for row in group)
                     for number in ('gib_per_second', 'cpu_per_gib')}
               for key, group in groups.items()}
    for (over, who), median in medians.items():
        ours = medians[over, OURS]
        yield {'over': over, 'who': who, 'bytes': groups[over, who][0]['bytes'], **median,
               'kin_ratio': ours['gib_per_second'] / median['gib_per_second'],
               'kin_cpu_ratio': ours['cpu_per_gib'] / median['cpu_per_gib']}


def print_table(rows):
    layout = '{:>5} {:14} {:>7} {:>7} {:>11} {:>9} {:>13}'
    print(layout.format('over', 'who', 'GiB', 'GiB/s', 's CPU/GiB', 'kin/this', 'kin/this CPU'))
    for row in rows:
        print(layout.format(row['over'], row['who'], f"{row['bytes'] / GIB:.2f}",
                            f"{row['gib_per_second']:.2f}", f"{row['cpu_per_gib']:.3f}",
                            f"{row['kin_ratio']:.2f}", f"{row['kin_cpu_ratio']:.2f}"))


def bench(gib, repeat, as_json):
    prepare()
    rows = summarize(measure(int(gib * GIB), repeat))
    if as_json:
        for row in rows:
            print(json.dumps(row))
    else:
        print_table(list(rows))
