# SPDX-License-Identifier: GPL-2.0-or-later
"""The README's program: compiled as printed there, linked with the installed libkin, run."""
import os
import re

from harness import beside, fenced, folder, installed, read, retry, run, write


def printed():
    """The program's text, and the command that compiles it."""
    program, = fenced('README.md', 'c')
    command, = re.findall(r'^\s*(cc .*)$', read('README.md'), re.M)
    return program, command


def test_program_of_the_readme():
    install, place = installed(), folder('program')
    program, command = printed()
    name = re.search(r'(\S+\.c)\b', command).group(1)
    write(os.path.join(place, name), program)
    run('sh', '-ec', command.replace('cc ', 'cc -Wall -Wextra -Werror ', 1), cwd=place,
        env=install.env)
    address = 'unix-dgram:' + os.path.join(place, 'socket')
    with beside(os.path.join(place, name[:-2]), address, env=install.env) as receiver:
        retry('the program listens', install.kin, 'send', address, 'text:hello', 'hex:00FF',
              env=install.env)
        lines = [receiver.stdout.readline() for _ in range(2)]
    assert "'hello'" in lines[0] and '00 FF' in lines[1], lines


def test_program_has_twenty_lines():
    assert len([line for line in printed()[0].splitlines() if line.strip()]) <= 32


def test_program_says_what_is_wrong():
    install, place = installed(), folder('program-errors')
    source = write(os.path.join(place, 'program.c'), printed()[0])
    program = install.compile(source, os.path.join(place, 'program'))
    out = install.run(program, 'udp:127.0.0.1:70000', status=1)
    assert '70000' in out and '65535' in out, out
