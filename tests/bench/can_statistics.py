# SPDX-License-Identifier: GPL-2.0-or-later
"""Statistics and the view of what changes, of 100,000 distinct identifiers; all receive the same frames.

canbusload counts bits and looks at no identifier. cansniffer ends at the 2048th identifier: there is no number of
its own in that row. The row below has 2000 standard identifiers, for both. Who draws does it on a terminal, and goes on
with it for a second after the last frame.
"""

import os
import pty
import threading
import time

from measure import INTERFACE, KIN, Receiver, cpu_of, write_log

STATISTICS = {
    'kin can stat': [KIN, 'can', 'stat', '-f', 'canbusload', f'{INTERFACE}@500000'],
    'canbusload -e': ['canbusload', '-e', f'{INTERFACE}@500000'],
    'kin can stat --ids': [KIN, 'can', 'stat', '--ids', '--json', f'{INTERFACE}@500000'],
}
SNIFFERS = {
    'kin can sniff': [KIN, 'can', 'sniff', INTERFACE],
    'cansniffer': ['cansniffer', INTERFACE],
}


def drain(terminal):
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass


def receive(command, log, frames):
    """On a terminal of 80 columns and 25 lines, which nobody reads."""
    terminal, end = pty.openpty()
    reader = threading.Thread(target=drain, args=(terminal,), daemon=True)
    reader.start()
    receiver = Receiver(command, stdin=end, stdout=end)
    os.close(end)
    cpu_of([KIN, 'play', log, '--speed', 'max'])
    cpu, memory = receiver.end(lambda process: time.sleep(1))
    reader.join()
    os.close(terminal)
    if cpu is None:
        return {'frames': frames, 'note': 'ended before all frames had come'}
    return {'frames': frames, 'cpu_us': cpu / frames * 1e6, 'memory_kib': memory}


def measure(repeat):
    os.environ.setdefault('TERM', 'vt100')
    write_log('many', ((number, '%08X#%016X' % (number * 5369, number)) for number in range(100_000)))
    write_log('few', ((number, '%03X#%016X' % (number % 2000, number)) for number in range(20_000)))
    for _ in range(repeat):
        for what, commands, log, frames in (('statistics, 100,000 ids', STATISTICS, 'many', 100_000),
                                            ('changes, 100,000 ids', SNIFFERS, 'many', 100_000),
                                            ('changes, 2000 ids', SNIFFERS, 'few', 20_000)):
            for who, command in commands.items():
                yield {'what': what, 'who': who, **receive(command, log, frames)}
