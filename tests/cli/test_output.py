# SPDX-License-Identifier: GPL-2.0-or-later
"""Standard output that takes nothing: a reader that goes away is no failure, a full disk is one."""
from harness import Skip, has_can

# What writes more than a buffer of stdio, and what writes less.
LONG, SHORT = 'kin const --json', 'kin --version'


def test_a_reader_that_goes_away_is_no_failure(t):
    for line in (LONG, SHORT):
        for reader in ('true', 'head -c 1 >head'):
            _, err = t.shell('(sleep 0.1; %s; echo $? >status) | %s; while ! [ -s status ]; do'
                             ' sleep 0.01; done; exit $(cat status)' % (line, reader))
            assert err == '', err


def test_a_full_disk_is_told_once(t):
    for line in (LONG, SHORT):
        _, err = t.shell(line + ' >/dev/full', status=1)
        assert err == 'kin: standard output: No space left on device (ENOSPC)\n', err


def test_a_closed_standard_output_is_told(t):
    for line in (LONG, SHORT):
        _, err = t.shell(line + ' >&-', status=1)
        assert err == 'kin: standard output: Bad file descriptor (EBADF)\n', err


def test_can_verbs_end_with_their_output(t):
    if not has_can():
        raise Skip('no CAN')
    t.shell('ip link set can0 up')
    sender = t.start('kin gen can:can0 -f id=123 -f data=02xxxx --rate 100')
    for line in ('kin can stat can0 --json --interval 20ms', 'kin can watch can0 123'):
        line += ' --duration 30'
        _, err = t.shell('(%s; echo $? >status) | head -n 1; exit $(cat status)' % line)
        assert 'standard output' not in err, (line, err)
        _, err = t.shell(line + ' >/dev/full', status=1, seconds=20)
        assert err.count('standard output: No space left on device (ENOSPC)') == 1, (line, err)
    t.stop(sender)
