# SPDX-License-Identifier: GPL-2.0-or-later
"""info: what the kernel of this test has."""
import json

from harness import has_can


def test_unix_works_everywhere(t):
    out, _ = t.kin('info', 'unix')
    assert out.startswith('unix ') and out.count(' works ') == 3, out


def test_json_is_an_object_a_family(t):
    out, _ = t.kin('info', '--json')
    families = {row['family']: row for row in map(json.loads, out.splitlines())}
    assert families['inet']['status'] == 'works'
    tcp = [p for p in families['inet']['protocols'] if p['scheme'] == 'tcp'][0]
    assert tcp['status'] == 'works' and tcp['error'] is None


def test_one_scheme(t):
    out, _ = t.kin('info', 'udp4', '--json')
    assert [p['scheme'] for p in json.loads(out)['protocols']] == ['udp4']


def test_can_works_or_says_what_is_missing(t):
    out, _ = t.kin('info', 'can', '--json', status=0 if has_can() else 77)
    can = json.loads(out)['protocols'][0]
    if has_can():
        assert can['status'] == 'works'
    else:
        assert can['status'] in ('missing', 'denied') and can['reason'], can
        text, _ = t.kin('info', 'can', status=77)
        assert 'vcan-setup/vm -- kin info can' in text or can['status'] == 'denied', text
        _, err = t.kin('dump', 'can:can0', status=77)
        assert 'can:can0' in err and can['reason'] in err, err
