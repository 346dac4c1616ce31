# SPDX-License-Identifier: GPL-2.0-or-later
"""What libkin exports, what the lists say, and what the headers declare: one and the same."""
import glob
import os
import re

from harness import ROOT, installed, installed_with_plugins, plugins, read, run


def listed(*lists):
    """{symbol: version} of lists of exports."""
    symbols = {}
    for path in lists:
        for line in read(path).splitlines():
            words = line.split('#')[0].split()
            if words:
                version, symbol = words
                assert symbol not in symbols, '%s is listed twice' % symbol
                symbols[symbol] = version
    return symbols


def all_lists():
    return [os.path.join(ROOT, 'lib/libkin.sym'), *glob.glob(ROOT + '/families/*/*.sym')]


def list_of(family):
    return '%s/families/%s/%s.sym' % (ROOT, family, family)


def exported(library):
    """{symbol: version} of a shared object; its version nodes are left out."""
    symbols = {}
    for line in run('nm', '-D', '--defined-only', library).splitlines():
        kind, name = line.split()[-2:]
        if kind != 'A':
            symbol, _, version = name.partition('@@')
            symbols[symbol] = version
    return symbols


def declared(header):
    """The functions that a header exports."""
    text = re.sub(r'/\*.*?\*/', ' ', read(header), flags=re.S)
    text = re.sub(r'^\s*#(?:.*\\\n)*.*', ' ', text, flags=re.M)
    return re.findall(r'\bKIN_API\b[^;]*?\b(kin_\w+)\(', text)


def difference(what, a, b):
    assert a == b, '%s: %s' % (what, ', '.join(sorted(set(a) ^ set(b)) or ['versions differ']))


def test_exports_are_those_listed():
    library = os.path.join(installed().libdir, 'libkin.so.0')
    others = [list_of(family) for family in plugins()]
    difference('exported or listed, not both', exported(library),
               listed(*(path for path in all_lists() if path not in others)))


def test_exports_are_those_declared():
    headers = glob.glob(installed().include + '/kin/*.h')
    names = [name for header in headers for name in declared(header)]
    assert len(names) == len(set(names)), 'declared twice: %s' % sorted(
        name for name in names if names.count(name) > 1)
    difference('declared or listed, not both', set(names), set(listed(*all_lists())))


def test_no_version_is_of_the_future():
    release = re.search(r"version: '(\d+\.\d+)", read('meson.build')).group(1)
    newest = [int(part) for part in release.split('.')]
    for symbol, version in listed(*all_lists()).items():
        number = re.fullmatch(r'KIN_(\d+)\.(\d+)', version)
        assert number and [int(part) for part in number.groups()] <= newest, (symbol, version)


def test_a_plugin_exports_its_own_and_no_more():
    install = installed_with_plugins('unix')
    core = exported(install.libdir + '/libkin.so.0')
    for family in 'unix', *plugins():
        own = listed(list_of(family))
        both = {**own, 'kin_plugin': 'KIN_0.1', 'kin_plugin_' + family: 'KIN_0.1'}
        difference('of libkin-' + family, exported('%s/libkin-%s.so.0' % (install.libdir, family)),
                   both)
        assert not set(own) & set(core)
