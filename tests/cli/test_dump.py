# SPDX-License-Identifier: GPL-2.0-or-later
"""dump: what it tells of a capture, and refuses."""
from harness import SECONDS


def test_dump_tells_that_the_start_never_came(t):
    dump = t.start('kin dump unix-dgram:s --start-on text:now --post 1s --stop-on text:end --idle 1')
    t.wait_for_socket('s')
    t.shell('kin send unix-dgram:s text:a text:end')
    out, err = dump.communicate(timeout=SECONDS)
    assert dump.returncode == 0 and out == b'', err
    assert b'kin: the start never came; 2 messages seen\n' in err, err
    dump = t.start('kin dump unix-dgram:t --start-on text:now --idle 1')
    t.wait_for_socket('t')
    t.shell('kin send unix-dgram:t text:now')
    out, err = dump.communicate(timeout=SECONDS)
    assert dump.returncode == 0 and b'now' in out and b'never' not in err, err


def test_sizes_take_both_cases(t):
    for size in ('64k', '64K'):
        t.shell("kin dump unix-dgram:%s -w 'x-{n}' --rotate-size %s --duration 10ms" % (size, size))
    _, err = t.shell("kin dump unix-dgram:s -w 'x-{n}' --rotate-size 63k", status=2)
    assert '63k is less than 65536 bytes' in err, err
    for size in ('64m', 'k', '64kK'):
        _, err = t.shell("kin dump unix-dgram:s -w 'x-{n}' --rotate-size " + size, status=2)
        assert 'is no size' in err, err


def test_keep_needs_what_begins_files(t):
    _, err = t.shell("kin dump unix-dgram:s -w 'x-{n}' --keep 2", status=2)
    assert '--keep needs --rotate-size, --rotate-time or --rearm' in err, err


def test_only_what_matches_is_written(t):
    dump = t.start('kin dump -f hex unix-dgram:s --only text:yes,hex:00 --stop-on text:end -n 3 --idle 5')
    t.wait_for_socket('s')
    t.shell('kin send unix-dgram:s text:no hex:0011 text:yes2 text:end')
    out, err = dump.communicate(timeout=SECONDS)
    # What stops it need not be written.
    assert dump.returncode == 0 and out == b'0011\n79657332\n', (out, err)
    _, err = t.shell('kin dump unix-dgram:s --only frame', status=2)
    assert '--only: "frame"' in err, err
