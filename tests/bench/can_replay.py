#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kin play and kin gen beside canplayer and cangen: CPU per frame, and how exactly times are kept.

In one run of the VM, over vcan, peers in turn:

  replay    a log of 1000 frames a second for --seconds, at its times
  rate      frames made at 1000 a second, for as long
  fast      --frames frames of a log, or made, as fast as it goes; once more without loopback, where the
            kernel does no more than throw them away
  floor     bare sendmmsg(2) of as many frames (floor.c)

CPU is user and system time of the sender per frame. Jitter is measured at a receiver by the kernel's time
stamps: how much later than the frame that was least late each one came. Numbers are medians of the
repetitions. Ratios count, not times: the machine is emulated.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.path.join(REPO, 'build', 'release')
KIN = os.environ.get('KIN', os.path.join(BUILD, 'tools', 'kin'))
FLOOR = os.path.join(os.path.dirname(os.path.dirname(KIN)), 'bench-floor')
RATE = 1000

# what -> who -> command; the first of each is ours
TIMED = {
    'replay': {
        'kin play': [KIN, 'play', 'timed.log'],
        'kin play --spin': [KIN, 'play', 'timed.log', '--spin', '200us'],
        'canplayer': ['canplayer', '-I', 'timed.log'],
    },
    'rate': {
        'kin gen': [KIN, 'gen', 'can:vcan0', '-l', '8', '-r', str(RATE), '-n', '{timed}'],
        'kin gen --spin': [KIN, 'gen', 'can:vcan0', '-l', '8', '-r', str(RATE), '-n', '{timed}', '--spin', '200us'],
        'cangen -g 1': ['cangen', 'vcan0', '-L', '8', '-g', '1', '-n', '{timed}'],
    },
}
FAST = {
    'fast replay': {
        'kin play': [KIN, 'play', 'fast.log', '--speed', 'max'],
        'canplayer -t': ['canplayer', '-t', '-I', 'fast.log'],
        'floor': [FLOOR, 'send', 'vcan0', '{fast}'],
    },
    'fast replay, no loopback': {
        'kin play': [KIN, 'play', 'fast.log', '--speed', 'max', '--map', 'vcan0=can:vcan0,loopback=off'],
        'canplayer -t -x': ['canplayer', '-t', '-x', '-I', 'fast.log'],
    },
    'fast': {
        'kin gen': [KIN, 'gen', 'can:vcan0', '-l', '8', '-n', '{fast}'],
        'cangen -g 0': ['cangen', 'vcan0', '-g', '0', '-L', '8', '-n', '{fast}'],
        'floor': [FLOOR, 'send', 'vcan0', '{fast}'],
    },
    'fast, no loopback': {
        'kin gen': [KIN, 'gen', 'can:vcan0,loopback=off', '-l', '8', '-n', '{fast}'],
        'cangen -g 0 -x': ['cangen', 'vcan0', '-g', '0', '-x', '-L', '8', '-n', '{fast}'],
    },
}


def write_log(name, count, gap_ns):
    with open(name, 'w', encoding='ascii') as log:
        for number in range(count):
            time_us = number * gap_ns // 1000
            log.write('(%d.%06d) vcan0 %03X#%016X\n' % (1700000000 + time_us // 1000000, time_us % 1000000,
                                                        number % 0x800, number))


def run(command):
    """A sender to its end; CPU seconds."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit('%s: status %d: %s' % (command, process.returncode, said))
    return usage.ru_utime + usage.ru_stime


def receiving():
    """Is there a receiver on the interface?"""
    for name in 'rcvlist_all', 'rcvlist_fil':
        with open('/proc/net/can/' + name, encoding='ascii') as lists:
            if any(line.split()[:1] == ['vcan0'] for line in lists):
                return True
    return False


def timed(command, count):
    """CPU a frame, and jitter at the 50th and 99th percentile and at most, in microseconds."""
    receiver = subprocess.Popen([KIN, 'dump', '-f', 'candump', '-w', 'got.log', '-n', str(count), 'can:vcan0'],
                                stderr=subprocess.DEVNULL)
    while not receiving():
        time.sleep(0.02)
    cpu = run(command)
    receiver.wait(timeout=60)
    with open('got.log', encoding='ascii') as log:
        times = [float(re.match(r'\((\S+)\)', line).group(1)) for line in log]
    offsets = sorted(at - number / RATE for number, at in enumerate(times))
    late = [(offset - offsets[0]) * 1e6 for offset in offsets]
    return {'cpu_us': cpu / count * 1e6, 'p50_us': late[count // 2], 'p99_us': late[count * 99 // 100],
            'max_us': late[-1]}


def inside(frames, seconds, repeat):
    """In the VM: every measurement as a line of JSON."""
    count = RATE * seconds
    numbers = {'fast': frames, 'timed': count}
    subprocess.run('ip link add vcan0 type vcan; ip link set vcan0 up', shell=True, check=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_log('timed.log', count, 1000000)
        write_log('fast.log', frames, 0)
        for _ in range(repeat):
            for table, measure in (TIMED, lambda c: timed(c, count)), (FAST, lambda c: {'cpu_us': run(c) / frames * 1e6}):
                for what, peers in table.items():
                    for who, words in peers.items():
                        row = measure([word.format(**numbers) for word in words])
                        print(json.dumps({'what': what, 'who': who, **row}), flush=True)
        os.chdir('/')


def summarize(rows):
    """Medians, and how kin compares with each."""
    groups = {}
    for row in rows:
        groups.setdefault((row['what'], row['who']), []).append(row)
    medians = {key: {name: statistics.median(row[name] for row in group) for name in group[0]
                     if name not in ('what', 'who')} for key, group in groups.items()}
    for (what, who), median in medians.items():
        ours = medians[what, next(iter({**TIMED, **FAST}[what]))]
        median['cpu_ratio'] = ours['cpu_us'] / median['cpu_us'] if median['cpu_us'] else 1
        if 'p99_us' in median:
            median['p99_ratio'] = ours['p99_us'] / median['p99_us'] if median['p99_us'] else 1
        yield {'what': what, 'who': who, **median}


def print_table(rows):
    layout = '{:26} {:18} {:>12} {:>9} {:>9} {:>9} {:>8} {:>9}'
    print(layout.format('what', 'who', 'us CPU/frame', 'p50 us', 'p99 us', 'max us', 'kin/this', 'p99 ratio'))
    for row in rows:
        print(layout.format(row['what'], row['who'], '%.2f' % row['cpu_us'],
                            *('%.0f' % row[name] if name in row else '' for name in ('p50_us', 'p99_us', 'max_us')),
                            '%.2f' % row['cpu_ratio'], '%.2f' % row['p99_ratio'] if 'p99_ratio' in row else ''))


def bench(frames, seconds, repeat, as_json):
    """In a run of the VM."""
    command = [os.path.join(REPO, 'vcan-setup', 'vm'), '--timeout', '7200', '--', 'unshare', '-n', __file__, '--inside',
               '--frames', str(frames), '--seconds', str(seconds), '--repeat', str(repeat)]
    vm = subprocess.run(command, cwd=REPO, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True)
    rows = list(summarize(json.loads(line) for line in vm.stdout.splitlines()))
    if as_json:
        for row in rows:
            print(json.dumps(row))
    else:
        print_table(rows)


def main():
    parser = argparse.ArgumentParser(description='Inside the VM: measurements as they come.')
    parser.add_argument('--inside', action='store_true', required=True)
    parser.add_argument('--frames', type=int, default=100_000)
    parser.add_argument('--seconds', type=int, default=5)
    parser.add_argument('--repeat', type=int, default=3)
    options = parser.parse_args()
    inside(options.frames, options.seconds, options.repeat)


if __name__ == '__main__':
    main()
