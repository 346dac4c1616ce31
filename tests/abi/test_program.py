# SPDX-License-Identifier: GPL-2.0-or-later
"""What the README shows: its program compiled as printed, linked and run; its commands run."""
import os
import re

from harness import beside, families, fenced, folder, installed, read, retry, run, write


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


def test_program_says_what_is_wrong():
    install, place = installed(), folder('program-errors')
    source = write(os.path.join(place, 'program.c'), printed()[0])
    program = install.compile(source, os.path.join(place, 'program'))
    out = install.run(program, 'udp:127.0.0.1:70000', status=1)
    assert '70000' in out and '65535' in out, out


def test_commands_of_the_readme():
    shown = ''.join(fenced('README.md', 'console'))
    lines = re.findall(r'^\$ (.*)$', shown, re.M)
    assert len(lines) > 3
    for line in lines:
        printed_there = shown.split('$ %s\n' % line)[1].split('$ ')[0]
        done = run('bash', '-c', line + ' || true', env=installed().env)
        assert done == printed_there, '$ %s\n%s' % (line, done)


def test_readme_says_which_families_there_are():
    rows = re.findall(r'^\| (\w+) \|(.*)\| works \|$', read('README.md'), re.M)
    assert {name for name, _ in rows} == set(families()), rows
    for name, addresses in rows:
        # tcp4 and tcp6 are told of in words.
        missing = [scheme for scheme in families()[name]
                   if re.sub('[46]$', '', scheme) + ':' not in addresses]
        assert not missing, missing
