# SPDX-License-Identifier: GPL-2.0-or-later
"""info: what the kernel of this test has."""
import json
import os
import subprocess

from harness import ROOT, has_can


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


FAMILY = r'''
#include <kin/family.h>

static int parse(const struct kin_proto *proto, const char *body,
                 const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	ret->addr.len = sizeof(sa_family_t);
	return 0;
}

static void format(const struct kin_proto *proto, const struct kin_target *target,
                   struct kin_buf *out)
{
}

static const struct kin_proto protos[] = {{.scheme = "foreign", .type = SOCK_RAW}, {}};
static const struct kin_need needs[] = {{.module = "foreign", .kconfig = "CONFIG_FOREIGN"}, {}};
static const struct kin_family family = {
	.abi = KIN_FAMILY_ABI, .struct_size = sizeof(family), .name = "foreign", .domain = %d,
	.protos = protos, .needs = needs, .parse = parse, .format = format,
};

KIN_PLUGIN(family);
'''


def test_the_vm_is_named_for_families_of_the_project_only(t):
    """A family of somebody else's is not in the VM, whatever it needs."""
    with open(t.path('foreign.c'), 'w', encoding='utf-8') as file:
        file.write(FAMILY % 63)
    os.mkdir(t.path('kin'))
    for header in ('kin.h', 'family.h', 'base/text.h'):
        os.symlink(os.path.join(ROOT, 'lib', header),
                   t.path('kin/' + os.path.basename(header)))
    subprocess.run(['gcc', '-shared', '-fPIC', '-I', t.dir, '-o', t.path('libkin-foreign.so'),
                    t.path('foreign.c')], check=True)
    t.env['KIN_PLUGIN_PATH'] = t.dir
    out, _ = t.kin('info', 'foreign', status=77)
    assert 'CONFIG_FOREIGN' in out and 'vcan-setup' not in out, out
