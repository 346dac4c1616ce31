# SPDX-License-Identifier: GPL-2.0-or-later
"""A megabyte over ISO-TP: in sixteen messages, for isotpsend and isotprecv hold 67,000 bytes; and in one.

The time is from the sender's start until its last message is on the bus, without what a message of one byte takes:
that is what the program needs to start. The goal is about seconds; CPU is of both ends, per frame of seven bytes.
One message of a megabyte needs Linux 6.4 and the option max_pdu_size of the module can_isotp.
"""

import os
import time

from measure import FLOOR, INTERFACE, KIN, Receiver, cpu_of

TOTAL = 1_000_000
KIN_SEND = [KIN, 'send', f'isotp:{INTERFACE},tx=7E0,rx=7E8,frame-time=0']
# who -> (receiver, sender of so many messages of so many bytes), all without a time between frames
PAIRS = {
    'kin send, kin cat': ([KIN, 'cat', '-u', f'isotp:{INTERFACE},tx=7E8,rx=7E0'],
                          lambda count, size: [*KIN_SEND, *[f'@{size}'] * count]),
    'isotpsend, isotprecv': (['isotprecv', '-l', '-s', '7E8', '-d', '7E0', INTERFACE],
                             lambda count, size: ['isotpsend', '-s', '7E0', '-d', '7E8', '-t', 'ZERO', '-b',
                                                  '-l', str(count), '-D', str(size), INTERFACE]),
    'floor': ([FLOOR, 'isotp-receive', INTERFACE, '999999999'],
              lambda count, size: [FLOOR, 'isotp-send', INTERFACE, str(count), str(size)]),
}
GOALS = {'isotpsend, isotprecv': 1.0}


def transfer(who, count, size):
    """Seconds, and CPU seconds of both."""
    receive, send = PAIRS[who]
    receiver = Receiver(receive)
    begin = time.monotonic()
    cpu = cpu_of(send(count, size))
    seconds = time.monotonic() - begin
    return seconds, cpu + receiver.end()[0]


def measure(repeat):
    for size in 1, TOTAL // 16, TOTAL:
        with open(str(size), 'wb') as file:
            file.write(os.urandom(size))
    for _ in range(repeat):
        for count in 16, 1:
            for who in PAIRS:
                row = {'what': f'ISO-TP, {count} x {TOTAL // count} bytes', 'who': who, 'frames': TOTAL // 7}
                if count == 1 and who.startswith('isotp'):
                    yield {**row, 'note': 'hold 67,000 bytes at most'}
                    continue
                (start, start_cpu), (seconds, cpu) = transfer(who, 1, 1), transfer(who, count, TOTAL // count)
                yield {**row, 'seconds': seconds - start, 'cpu_us': (cpu - start_cpu) / (TOTAL // 7) * 1e6,
                       'goal_seconds': GOALS.get(who)}
