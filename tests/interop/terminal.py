# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal for programs under test: it keeps the characters and colours of its cells, as xterm would."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios

from interop import programs, wait_until, words

CONTROL = re.compile(r'\x1b\[([?>]?)([\d;]*)([@-~])|\x1b[()](.)|\x1b([=>78c])|\x1b\](?:[^\x07]*)\x07')


class Terminal:
    def __init__(self, command, rows=24, columns=80, **env):
        self.name = command
        self.master, self.slave = pty.openpty()
        self.raw = ''
        self.waiting = ''
        self.rows = self.columns = 0
        self.row = self.column = 0
        self.look = frozenset()
        self.modes = set()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        environment = {name: value for name, value in os.environ.items() if name != 'NO_COLOR'}
        environment.update({'TERM': 'xterm', **env})
        self.process = subprocess.Popen(words(command), stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        env=environment, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        programs.append(self)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        self.rows, self.columns = rows, columns
        self.cells = [[(' ', frozenset())] * columns for _ in range(rows)]

    # ---- What the program writes ----

    def read(self):
        """Take what there is."""
        while select.select([self.master], [], [], 0.02)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            if not data:
                return
            text = data.decode('utf-8', 'replace')
            self.raw += text
            self.feed(self.waiting + text)

    def feed(self, text):
        at = 0
        while at < len(text):
            match = CONTROL.match(text, at)
            if match:
                self.control(match)
                at = match.end()
            elif text[at] == '\x1b':
                break
            else:
                self.character(text[at])
                at += 1
        self.waiting = text[at:]

    def character(self, char):
        if char == '\r':
            self.column = 0
        elif char == '\n':
            if self.row == self.rows - 1:
                self.cells = self.cells[1:] + [[(' ', frozenset())] * self.columns]
            else:
                self.row += 1
        elif char == '\b':
            self.column = max(self.column - 1, 0)
        elif char >= ' ':
            if self.column >= self.columns:
                self.row, self.column = min(self.row + 1, self.rows - 1), 0
            if self.row < self.rows:
                self.cells[self.row][self.column] = (char, self.look)
            self.last = char
            self.column += 1

    def control(self, match):
        private, numbers, final = match.group(1), match.group(2) or '', match.group(3)
        values = [int(number or 0) for number in numbers.split(';')] if numbers else []
        n = max(values[0], 1) if values else 1
        if final is None:
            return
        if private:
            for value in values:
                self.modes.add(value) if final == 'h' else self.modes.discard(value)
        elif final == 'H':
            self.row = (values[0] if values else 1) - 1
            self.column = (values[1] if len(values) > 1 else 1) - 1
        elif final == 'G':
            self.column = n - 1
        elif final == 'd':
            self.row = n - 1
        elif final in 'ABCD':
            self.row += {'A': -n, 'B': n}.get(final, 0)
            self.column += {'C': n, 'D': -n}.get(final, 0)
        elif final == 'm':
            self.set_look(values or [0])
        else:
            self.erase(final, n, values[0] if values else 0)

    def set_look(self, values):
        for value in values:
            names = {1: 'bold', 2: 'dim', 4: 'underline', 7: 'reverse', 31: 'red', 32: 'green'}
            if value == 0:
                self.look = frozenset()
            elif value == 39:
                self.look -= {'red', 'green'}
            elif value in names:
                self.look |= {names[value]}

    def erase(self, final, n, mode):
        blank = (' ', frozenset())
        line = self.cells[self.row]
        if final == 'J':
            for row in range(0 if mode else self.row, self.rows):
                self.cells[row] = [blank] * self.columns
        elif final == 'K':
            start, end = {0: (self.column, self.columns), 1: (0, self.column + 1)}.get(mode, (0, self.columns))
            line[start:end] = [blank] * (end - start)
        elif final == 'X':
            end = min(self.column + n, self.columns)
            line[self.column:end] = [blank] * (end - self.column)
        elif final == 'P':
            line[self.column:] = line[self.column + n:] + [blank] * n
        elif final == '@':
            line[self.column:] = ([blank] * n + line[self.column:])[:self.columns - self.column]
        elif final == 'b':
            for _ in range(n):
                self.character(self.last)
        elif final in 'LM':
            kept = self.cells[self.row:]
            kept = kept[n:] + [[blank] * self.columns for _ in range(n)] if final == 'M' else \
                [[blank] * self.columns for _ in range(n)] + kept[:-n]
            self.cells[self.row:] = kept

    # ---- What is seen ----

    def lines(self):
        self.read()
        return [''.join(char for char, _ in row).rstrip() for row in self.cells]

    def shows(self, *texts):
        """Is there a line for each of these patterns?"""
        lines = self.lines()
        return all(any(re.search(text, line) for line in lines) for text in texts)

    def wait_for(self, *texts):
        wait_until(lambda: self.shows(*texts))

    def looks(self, text):
        """How the first occurrence of a text looks, character by character."""
        for line, cells in zip(self.lines(), self.cells):
            if text in line:
                start = line.index(text)
                return [look for _, look in cells[start:start + len(text)]]
        raise AssertionError('%r is not in\n%s' % (text, '\n'.join(self.lines())))

    # ---- What is done to it ----

    def type(self, text):
        os.write(self.master, text.encode())

    def signal(self, number):
        self.process.send_signal(number)

    def ended(self):
        """What the program ended with, when the terminal is again as it was before."""
        def over():
            self.read()
            return self.process.poll() is not None

        wait_until(over)
        self.read()
        assert termios.tcgetattr(self.slave) == self.before, 'the modes of the terminal were not restored'
        assert 1049 not in self.modes and 1 not in self.modes, 'modes %s are still set' % self.modes
        if 1049 not in self.modes and '\x1b[?1049h' in self.raw:
            assert self.raw.rindex('\x1b[?25h') > self.raw.rindex('\x1b[?25l'), 'the cursor is still hidden'
        return self.process.returncode

    def story(self):
        yield '$ %s   [%s]' % (self.name, self.process.poll())
        for line in self.lines():
            if line:
                yield '  | ' + ascii(line)[1:-1]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
