# SPDX-License-Identifier: GPL-2.0-or-later
"""Every public function of the core that takes a pointer is called with NULL by a test."""
import glob
import os
import re

from harness import ROOT, read


def functions_with_pointers():
    for header in ('lib/kin.h', 'lib/family.h', 'lib/base/text.h'):
        text = re.sub(r'/\*.*?\*/', '', read(header), flags=re.S)
        for declaration in re.findall(r'KIN_API\b[^;{}]*;', text):
            function = re.search(r'\b(kin_\w+)\((.*[*[].*)\)', declaration, re.S)
            if function:
                yield function.group(1)


def test_null_is_given_to_every_function():
    tests = ''.join(read(path) for path in glob.glob(os.path.join(ROOT, 'tests/core/*.c')))
    names = list(functions_with_pointers())
    assert len(names) > 100, names
    missing = [n for n in names if not re.search(r'\b%s(\([^;]*?\bNULL\b|;)' % n, tests)]
    assert not missing, 'no test gives NULL to ' + ', '.join(missing)
