# SPDX-License-Identifier: GPL-2.0-or-later
"""NULL where it may not be: refused, whatever the function."""
import ctypes
import glob
import os
import re
import signal

from harness import ROOT, installed, read


def functions_with_pointers():
    for header in ('lib/kin.h', 'lib/family.h', 'lib/base/text.h'):
        text = re.sub(r'/\*.*?\*/', '', read(header), flags=re.S)
        for declaration in re.findall(r'KIN_API\b[^;{}]*;', text):
            function = re.search(r'\b(kin_\w+)\((.*[*[].*)\)', declaration, re.S)
            if function:
                yield function.group(1)


def test_null_is_given_to_every_function():
    """Of the core, by a test that looks at what comes back."""
    tests = ''.join(read(path) for path in glob.glob(os.path.join(ROOT, 'tests/core/*.c')))
    names = list(functions_with_pointers())
    assert len(names) > 100, names
    missing = [n for n in names if not re.search(r'\b%s(\([^;]*?\bNULL\b|;)' % n, tests)]
    assert not missing, 'no test gives NULL to ' + ', '.join(missing)


def declarations(include):
    """{function: its parameters} of the installed headers, but those with a variable number."""
    found = {}
    for header in glob.glob(include + '/kin/*.h'):
        text = re.sub(r'/\*.*?\*/', '', read(header), flags=re.S)
        for declaration in re.findall(r'KIN_API\b[^;{}]*;', text):
            function = re.search(r'\b(kin_\w+)\((.*)\)', declaration, re.S)
            if function and '...' not in declaration:
                found[function.group(1)] = re.split(r',(?![^(]*\))', function.group(2))
    return found


def survives(function, arguments):
    """Call it in a process of its own."""
    child = os.fork()
    if child == 0:
        null = os.open('/dev/null', os.O_RDWR)
        for fd in range(3):
            os.dup2(null, fd)
        signal.alarm(10)
        function(*arguments)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_no_null_ends_the_program():
    """Every exported function of every family: NULL for all, then for each of its pointers, the
    others leading to 64 KiB of zeros."""
    install = installed()
    libraries = [ctypes.CDLL(path, ctypes.RTLD_GLOBAL)
                 for path in sorted(glob.glob(install.libdir + '/libkin*.so.0'), key=len)]
    ended = []
    for name, parameters in sorted(declarations(install.include).items()):
        function = next(getattr(library, name) for library in libraries if hasattr(library, name))
        pointers = [i for i, text in enumerate(parameters) if '*' in text or '[' in text]
        room = [ctypes.create_string_buffer(1 << 16) for _ in parameters]
        if not survives(function, [None] * 8):
            ended.append(name + ': all')
        for null in pointers:
            values = [room[i] if i in pointers else 16 for i in range(len(parameters))]
            values[null] = None
            if not survives(function, [v if isinstance(v, int) else ctypes.cast(v, ctypes.c_void_p)
                                       for v in values]):
                ended.append('%s: %s' % (name, parameters[null].strip()))
    assert not ended, '\n'.join(ended)
