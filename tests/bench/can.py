#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kin beside can-utils, and both beside bare system calls, on the same traffic over vcan in one run of the VM.

  capture      kin dump, candump and bare recvmmsg(2) while kin gen sends as fast as it can: can_capture.py
  memory       kin dump's, of a short and (--long) of a very long capture
  replay,      kin play and kin gen beside canplayer and cangen, at 1000 frames a second and as fast as it
  rate, fast   goes, with and without loopback, and bare sendmmsg(2): can_replay.py
  ISO-TP       a message of a megabyte: can_isotp.py
  statistics,  kin can stat beside canbusload, kin can sniff beside cansniffer: can_statistics.py
  changes

The VM has Linux 6.12 and the can-utils of Debian 13. CPU is user and system time of the process per frame, without
what it needs to start. Ratios are kin's number (of the first row with the same "what") divided by this row's, of CPU,
of jitter at the 99th percentile, of seconds; with the goal behind them, where there is one. Numbers are medians
of the repetitions, but of drops, which are the worst. Ratios count, not times: the machine is emulated. With
--counted, its clock counts instructions (four nanoseconds each), which other load on this machine does not disturb:
the same run gives the same CPU, to a few percent. But a system call costs less there than it does anywhere else,
and seconds say nothing, because the clock skips what it sleeps.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import can_capture  # noqa: E402
import can_isotp  # noqa: E402
import can_replay  # noqa: E402
import can_statistics  # noqa: E402
from measure import INTERFACE, REPO  # noqa: E402

KEYS = 'what', 'who', 'frames', 'note', 'goal', 'goal_p99', 'goal_seconds'
# name of the ratio -> what it compares, and its goal
RATIOS = {'cpu_ratio': ('cpu_us', 'goal'), 'p99_ratio': ('p99_us', 'goal_p99'),
          'seconds_ratio': ('seconds', 'goal_seconds')}
PARTS = {
    'capture': lambda o: can_capture.measure(o.frames, o.repeat, o.long),
    'replay': lambda o: can_replay.measure(o.frames, o.seconds, o.repeat),
    'isotp': lambda o: can_isotp.measure(o.repeat),
    'statistics': lambda o: can_statistics.measure(o.repeat),
}


def add_options(parser):
    parser.add_argument('--frames', type=int, default=50_000, metavar='N', help='how many to send [50000]')
    parser.add_argument('--seconds', type=int, default=5, metavar='N', help='how long a replay takes [5]')
    parser.add_argument('--repeat', type=int, default=3, metavar='N', help='repetitions [3]')
    parser.add_argument('--long', action='store_true', help='memory of a capture of ten million frames, too')
    parser.add_argument('--part', action='append', choices=PARTS, help='not all of it; may be given again')


def inside(options):
    """In the VM: every measurement as a line of JSON."""
    for command in 'modprobe can-isotp max_pdu_size=1049600', f'ip link add {INTERFACE} type vcan', \
            f'ip link set {INTERFACE} up':
        subprocess.run(command.split(), check=True)
    for part in options.part or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            for row in PARTS[part](options):
                print(json.dumps(row), flush=True)
            os.chdir('/')


def run(options):
    """One run of the VM; the measurements as they come."""
    utils = subprocess.run([os.path.join(REPO, 'vcan-setup', 'newer-can-utils')], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.strip()
    command = [os.path.join(REPO, 'vcan-setup', 'vm'), '--kernel', '6.12', '--timeout', '14400',
               *(['--counted'] if options.counted else []), '--', 'env', f'PATH={utils}:{os.environ["PATH"]}', __file__,
               '--frames', str(options.frames), '--seconds', str(options.seconds), '--repeat', str(options.repeat),
               *(['--long'] if options.long else []), *(f'--part={part}' for part in options.part or [])]
    vm = subprocess.Popen(command, cwd=REPO, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    rows = []
    for line in vm.stdout:
        rows.append(json.loads(line))
        if sys.stderr.isatty():
            print(f'\r{len(rows)} measurements', end='', file=sys.stderr)
    if vm.wait() != 0:
        raise SystemExit(f'the VM ended with status {vm.returncode}')
    return rows


def summarize(rows):
    """One row of each (what, who): medians, and the ratios to the first one of the same what."""
    groups = {}
    for row in rows:
        groups.setdefault((row['what'], row['who']), []).append(row)
    ours = {}
    for group in groups.values():
        row = {key: group[0][key] for key in KEYS if group[0].get(key) is not None}
        for name in set().union(*group) - set(KEYS):
            row[name] = (max if name == 'drops' else statistics.median)(one[name] for one in group if name in one)
        first = ours.setdefault(row['what'], row)
        for ratio, (name, _) in RATIOS.items():
            if row is not first and row.get(name) and name in first:
                row[ratio] = first[name] / row[name]
        yield row


def cell(row, name, layout):
    return layout % row[name] if name in row else ''


def ratio_cell(row, ratio):
    goal = RATIOS[ratio][1]
    return cell(row, ratio, '%.2f') + (f' ({row[goal]})' if ratio in row and goal in row else '')


def print_table(rows):
    layout = '{:25} {:21} {:>8} {:>9} {:>11} {:>7} {:>7} {:>11} {:>8} {:>11} {:>6} {:>9}  {}'
    print(layout.format('what', 'who', 'frames', 'us CPU/fr', 'ratio(goal)', 'p50 us', 'p99 us', 'ratio(goal)',
                        'seconds', 'ratio(goal)', 'drops', 'peak KiB', '').rstrip())
    for row in rows:
        print(layout.format(row['what'], row['who'], row['frames'], cell(row, 'cpu_us', '%.2f'),
                            ratio_cell(row, 'cpu_ratio'), cell(row, 'p50_us', '%.0f'), cell(row, 'p99_us', '%.0f'),
                            ratio_cell(row, 'p99_ratio'), cell(row, 'seconds', '%.2f'),
                            ratio_cell(row, 'seconds_ratio'), cell(row, 'drops', '%d'),
                            cell(row, 'memory_kib', '%d'), row.get('note', '')).rstrip())


def bench(options):
    rows = summarize(run(options))
    if not options.json:
        print_table(rows)
        return
    for row in rows:
        print(json.dumps(row))


def main():
    parser = argparse.ArgumentParser(description='Inside the VM: measurements as they come.')
    add_options(parser)
    inside(parser.parse_args())


if __name__ == '__main__':
    main()
