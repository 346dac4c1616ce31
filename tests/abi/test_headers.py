# SPDX-License-Identifier: GPL-2.0-or-later
"""Every public header by itself, in C and C++, without a warning, and nothing in it but kin's."""
import glob
import os
import re
import shutil

from harness import Skip, installed, read, run

STRICT = ['-Wall', '-Wextra', '-pedantic', '-Werror', '-fsyntax-only']


def headers():
    found = sorted(glob.glob(installed().include + '/kin/*.h'))
    assert len(found) > 3, found
    return found


def compile_all(compilers, language, standard):
    compilers = [name for name in compilers if shutil.which(name)]
    if not compilers:
        raise Skip('no compiler for ' + standard)
    for compiler in compilers:
        for header in headers():
            run(compiler, '-x', language, '-std=' + standard, *STRICT,
                '-include', 'kin/' + os.path.basename(header), '-I', installed().include,
                '/dev/null')


def test_headers_are_c17():
    compile_all(['gcc', 'clang'], 'c', 'c17')


def test_headers_are_cplusplus17():
    compile_all(['g++', 'clang++'] if shutil.which('g++') or shutil.which('clang++')
                else ['c++'], 'c++', 'c++17')


def test_headers_name_nothing_but_kins():
    for header in headers():
        text = re.sub(r'/\*.*?\*/', ' ', read(header), flags=re.S)
        names = re.findall(r'^\s*#\s*define\s+(\w+)', text, re.M)
        names += re.findall(r'^(?:struct|union|enum)\s+(\w+)', text, re.M)
        names += re.findall(r'^typedef .*?\(?\*?(\w+)\)?(?:\(.*\))?;', text, re.M)
        for body in re.findall(r'\benum\b[^;{]*\{(.*?)\}', text, re.S):
            names += re.findall(r'(?:^|,)\s*(\w+)', body)
        strange = [name for name in names if not re.match(r'kin_|KIN_', name)]
        assert not strange, '%s: %s' % (os.path.basename(header), strange)
