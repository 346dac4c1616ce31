# SPDX-License-Identifier: GPL-2.0-or-later
"""What the verbs of CAN refuse before they open a socket: a kernel without CAN will do."""
import os

NAME = '0x8000000000000009'
CLAIM = 'kin can j1939 claim vcan1 --at-once --duration 1 --name ' + NAME


def refused(t, line, status, *words):
    out, err = t.shell(line, status=status)
    assert not out, (line, out)
    for word in words:
        assert word in err, (line, word, err)


def test_an_interface_is_named(t):
    for line in ('stat @500k', "stat ''", "sniff ''", "sequence ''", "isotp sniff ''"):
        refused(t, 'kin can ' + line, 2, 'no interface is named', '"any" is every CAN interface')
    for line in ('dump can:', 'dump can:,fd=on', 'send can: 123#', 'dump bcm:', 'dump j1939:'):
        refused(t, 'kin ' + line, 2, 'no interface is named')


def test_remember_takes_its_own_files_alone(t):
    """The file will be replaced."""
    for number, (content, line) in enumerate((
            ('12 bottles of beer\n', 1), ('0x81 bottles\n', 1), ('# a list\n\n0x81\n0x82\n', 4), ('0x81\nmore\n', 2),
            ('-1\n', 1), ('12\n', 1), ('0xff\n', 1), ('#' * 200 + '\n0x8\n', 2), ('# 1' * 100 + '\n0x81' + ' ' * 99, 2))):
        name = 'notes%d.txt' % number
        with open(t.path(name), 'w', encoding='ascii') as file:
            file.write(content)
        refused(t, CLAIM + ' --remember ' + name, 1,
                '%s, line %d: not an address that kin or j1939acd wrote' % (name, line))
        with open(t.path(name), encoding='ascii') as file:
            assert file.read() == content
        assert not os.path.exists(t.path(name + '.new'))
    t.shell("printf '# words\\n' >comments; cp /bin/true program; mkfifo fifo; mknod full c 1 7 || ln -s /dev/full full")
    refused(t, CLAIM + ' --remember comments', 1, 'comments: there is no address that kin or j1939acd wrote')
    refused(t, CLAIM + ' --remember program', 1, 'program: not a file that kin or j1939acd wrote')
    for name in ('full', 'fifo', '.', '/dev/zero'):
        refused(t, CLAIM + ' --remember ' + name, 1, name + ': not a regular file')


def test_muted_files_are_read_or_refused(t):
    t.shell("tr '\\0' 0 </dev/zero | head -c 10000 >long")
    refused(t, 'kin can sniff any --muted .', 1, 'Is a directory')
    refused(t, 'kin can sniff any --muted /dev/zero', 1, '/dev/zero: line 1: a NUL byte')
    refused(t, 'kin can sniff any --muted long', 1, 'long: line 1: longer than any frame')


def test_options_of_can(t):
    for line, *words in (
            ("isotp sniff any --pair 7E0", '"7E0" is not ID:ID'),
            ("isotp sniff any --pair 7E0:", '"7E0:" is not ID:ID'),
            ("isotp sniff any --pair 7E0:7E0", '7E0:7E0: both of a pair are identifier 0x7e0'),
            ("isotp sniff any --pair 7E0/F1:7E8", 'address on one side alone'),
            ("cyclic can0 ''", '"": an identifier has 3 hex digits'),
            ("watch can0 ''", '"" begins with no identifier'),
            ("watch can0 ' #11'", '" #11" begins with no identifier'),
            ("isotp sniff any --data bogus", '--data: bogus is none of hex, ascii, both'),
            ("stat any --json --format text", '--json and --format text exclude each other')):
        refused(t, 'kin can ' + line, 2, *words)


def test_nodes_of_j1939(t):
    rule = 'an address is 0-253, a NAME a number of 16 digits'
    for node in ('256', '0x1000', '4294967295', '12x', "''"):
        refused(t, 'kin can j1939 spy can0 --from ' + node, 2, rule)
    for nodes in (',', '5,', ',5', '5,,6'):
        refused(t, 'kin can j1939 spy can0 --from ' + nodes, 2, '"" is no node', rule)
    refused(t, 'kin can j1939 spy can0 --pgn 5,', 2)
    refused(t, 'kin can j1939 spy can0 --from 0x0000000000000000', 2, 'a NAME is not 0')
    for node in ('255', 'all'):
        refused(t, 'kin can j1939 send can0 0xEF00 00 --from ' + node, 2, '--from: %s is all' % node, '0-253')
    for ranges, words in (("''", '--range is empty'), ('5,', '"5," is not of the form'), ('5-', 'form'), (',5', 'form'),
                          ('" 5"', 'form'), ('5--1', 'form'), ('9-5', 'rising'), ('0-254', '0-253')):
        refused(t, CLAIM + ' --range ' + ranges, 2, '--range', words)
