# SPDX-License-Identifier: GPL-2.0-or-later
"""play, onto standard output: no socket is needed."""
import time

FRAME = '(%d.000000) can0 123#%02X\n'


def record(t, name, text):
    with open(t.path(name), 'w', encoding='ascii') as file:
        file.write(text)


def test_play_waits_for_times_beyond_the_clock(t):
    """What is never due is never sent, and does not become due at once."""
    record(t, 't.log', FRAME % (1, 1) + FRAME % (9000000000, 2))
    for options in ('--speed 0.000001', '', '--loop forever --gap 9000000000 --count 3',
                    '--to 0 --loop forever --gap 9000000000 --speed 0.5',
                    '--skip-gaps 1s --loop forever --gap 9000000000'):
        player = t.start("kin play t.log --map '*=stdout' " + options)
        first = player.stdout.readline()
        time.sleep(0.2)
        assert player.poll() is None, options
        rest = t.stop(player)
        assert first.endswith(b'#01\n'), (options, first)
        assert rest.count(b'\n') <= ('--skip-gaps' in options), (options, rest)


def test_play_sends_what_comes_before_a_malformed_line(t):
    for n in (0, 1, 5, 3000):
        good = ''.join(FRAME % (i + 1, i % 256) for i in range(n))
        record(t, 'c.log', good + '(99')
        for speed in ('max', '1000000'):
            out, err = t.kin('play', 'c.log', '--map', '*=stdout', '--speed', speed,
                             *(['--format', 'candump']), status=1)
            assert out == good, (n, speed, out.count('\n'))
            assert 'line %d' % (n + 1) in err and '--skip-bad' in err, err
            assert '%d messages' % n in err, err
        out, _ = t.kin('play', 'c.log', '--map', '*=stdout', '--speed', 'max', '--skip-bad',
                       '--format', 'candump')
        assert out == good


def test_play_tells_nothing_of_what_it_refuses(t):
    record(t, 't.log', FRAME % (1, 1))
    for options in ("--only ''", '--from 5s --to 1s', '--from @5 --to @1'):
        out, err = t.shell("kin play t.log --map '*=stdout' " + options, status=2)
        assert out == '' and ' messages' not in err, err
    t.shell("kin play t.log --map '*=stdout' --from @1 --to 1s")
