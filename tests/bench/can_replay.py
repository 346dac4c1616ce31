# SPDX-License-Identifier: GPL-2.0-or-later
"""kin play and kin gen beside canplayer and cangen: CPU per frame, and how exactly times are kept.

  replay    a log of 1000 frames a second for some seconds, at its times
  rate      frames made at 1000 a second, for as long
  fast      frames of a log, or made, as fast as it goes; once more without loopback, where the kernel does no more
            than throw them away
  floor     bare sendmmsg(2) of as many frames (floor.c)

What one frame costs is subtracted: it is what the program needs to start. Jitter is measured at a receiver by the
kernel's time stamps: how much later than the frame that was least late each one came.
"""

import functools
import re
import subprocess

from measure import FLOOR, INTERFACE, KIN, cpu_of, until_it_listens, write_log

RATE = 1000

# what -> who -> command; the first of each is ours
TIMED = {
    'replay': {
        'kin play': [KIN, 'play', '{n}.log'],
        'kin play --spin': [KIN, 'play', '{n}.log', '--spin', '200us'],
        'canplayer': ['canplayer', '-I', '{n}.log'],
    },
    'rate': {
        'kin gen': [KIN, 'gen', f'can:{INTERFACE}', '-l', '8', '-r', str(RATE), '-n', '{n}'],
        'kin gen --spin': [KIN, 'gen', f'can:{INTERFACE}', '-l', '8', '-r', str(RATE), '-n', '{n}', '--spin', '200us'],
        'cangen -g 1': ['cangen', INTERFACE, '-L', '8', '-g', '1', '-n', '{n}'],
    },
}
FAST = {
    'fast replay': {
        'kin play': [KIN, 'play', '{n}.log', '--speed', 'max'],
        'canplayer -t': ['canplayer', '-t', '-I', '{n}.log'],
        'floor': [FLOOR, 'send', INTERFACE, '{n}'],
    },
    'fast replay, no loopback': {
        'kin play': [KIN, 'play', '{n}.log', '--speed', 'max', '--map', f'{INTERFACE}=can:{INTERFACE},loopback=off'],
        'canplayer -t -x': ['canplayer', '-t', '-x', '-I', '{n}.log'],
    },
    'fast': {
        'kin gen': [KIN, 'gen', f'can:{INTERFACE}', '-l', '8', '-n', '{n}'],
        'cangen -g 0': ['cangen', INTERFACE, '-g', '0', '-L', '8', '-n', '{n}'],
        'floor': [FLOOR, 'send', INTERFACE, '{n}'],
    },
    'fast, no loopback': {
        'kin gen': [KIN, 'gen', f'can:{INTERFACE},loopback=off', '-l', '8', '-n', '{n}'],
        'cangen -g 0 -x': ['cangen', INTERFACE, '-g', '0', '-x', '-L', '8', '-n', '{n}'],
    },
}

# of CPU; of jitter at the 99th percentile
GOALS = {'canplayer': (0.8, 0.5), 'cangen -g 1': (0.8, None), 'canplayer -t': (0.8, None),
         'canplayer -t -x': (0.8, None), 'cangen -g 0': (0.8, None), 'cangen -g 0 -x': (0.8, None)}


def command_of(words, count):
    return [word.format(n=count) for word in words]


@functools.cache
def start_cpu(words):
    """What a run of one frame costs: the least of three."""
    return min(cpu_of(command_of(words, 1)) for _ in range(3))


def marginal(words, count):
    """CPU per frame, in microseconds."""
    return (cpu_of(command_of(words, count)) - start_cpu(tuple(words))) / count * 1e6


def timed(words, count):
    """CPU per frame, and jitter at the 50th and 99th percentile and at most, in microseconds."""
    receiver = subprocess.Popen([KIN, 'dump', '-f', 'candump', '-w', 'got', '-n', str(count), f'can:{INTERFACE}'],
                                stderr=subprocess.DEVNULL)
    until_it_listens(receiver)
    cpu_us = marginal(words, count)
    receiver.wait(timeout=60)
    with open('got', encoding='ascii') as log:
        times = [float(re.match(r'\((\S+)\)', line).group(1)) for line in log]
    offsets = sorted(at - number / RATE for number, at in enumerate(times))
    late = [(offset - offsets[0]) * 1e6 for offset in offsets]
    return {'cpu_us': cpu_us, 'p50_us': late[count // 2], 'p99_us': late[count * 99 // 100], 'max_us': late[-1]}


def measure(frames, seconds, repeat):
    count = RATE * seconds
    for number, gap_us in (1, 0), (count, 1000000 // RATE), (frames, 0):
        write_log(f'{number}.log', ((i * gap_us, '%03X#%016X' % (i % 0x800, i)) for i in range(number)))
    for words in (words for peers in TIMED.values() for words in peers.values()):
        start_cpu(tuple(words))  # before somebody counts frames
    for _ in range(repeat):
        for table, n, run in (TIMED, count, timed), (FAST, frames, lambda *a: {'cpu_us': marginal(*a)}):
            for what, peers in table.items():
                for who, words in peers.items():
                    cpu_goal, p99_goal = GOALS.get(who, (None, None))
                    yield {'what': what, 'who': who, 'frames': n, **run(words, n), 'goal': cpu_goal,
                           'goal_p99': p99_goal}
