# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture: frames at the greatest rate to a candump log, one receiver at a time; and its memory.

Drops are frames that were sent and are not in the log, beyond those that the network stack dropped before any
socket could see them.
"""

import glob
import os

from measure import FLOOR, INTERFACE, KIN, Receiver, cpu_of, interface_drops

# who -> (command, file that the lines are in; None: the floor counts and says so)
RECEIVERS = {
    'kin dump -w': ([KIN, 'dump', '-f', 'candump', '-w', 'kin.log', f'can:{INTERFACE}'], 'kin.log'),
    'candump -L': (['candump', '-L', INTERFACE], 'stdout'),
    'candump -l': (['candump', '-l', INTERFACE], 'candump-*.log'),
    'floor log': ([FLOOR, 'log', INTERFACE, '999999999', 'floor.log'], 'floor.log'),
    'floor count': ([FLOOR, 'count', INTERFACE, '999999999'], None),
}
GOALS = {'candump -L': 0.2, 'floor log': 1.5}


def count_frames(pattern, said):
    if pattern is None:
        return int(said.split()[0])
    with open(glob.glob(pattern)[0], 'rb') as log:
        return sum(line.startswith(b'(') for line in log)


def receive(who, frames):
    command, pattern = RECEIVERS[who]
    with open('stdout', 'wb') as out:
        receiver = Receiver(command, stdout=out)
    before = interface_drops()
    cpu_of([KIN, 'gen', f'can:{INTERFACE}', '-l', '8', '-n', str(frames)])
    cpu, memory = receiver.end()
    done = count_frames(pattern, receiver.said())
    for name in ['stdout', 'said', *glob.glob('*.log')]:
        os.remove(name)
    return {'frames': frames, 'cpu_us': cpu / max(done, 1) * 1e6, 'memory_kib': memory,
            'drops': frames - done - (interface_drops() - before)}


def measure(frames, repeat, long):
    for _ in range(repeat):
        for who in RECEIVERS:
            yield {'what': 'capture', 'who': who, **receive(who, frames), 'goal': GOALS.get(who)}
    for count in [100_000, 10_000_000] if long else [100_000]:
        yield {'what': f'memory, {count:.0e} frames', 'who': 'kin dump -w', **receive('kin dump -w', count)}
