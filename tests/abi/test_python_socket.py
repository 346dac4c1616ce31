# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/python-socket.md has every name of Python's socket module, and what it says of each is there."""
import fnmatch
import json
import os
import re
import socket

from harness import ROOT, installed, read, run
from test_exports import all_lists, listed

PAGE = 'docs/python-socket.md'

# What the module has for itself: modules that it imports, and enumerations around its constants.
INTERNAL = {'AddressFamily', 'AddressInfo', 'CAPI', 'EAGAIN', 'EBADF', 'EWOULDBLOCK', 'IntEnum',
            'IntFlag', 'MsgFlag', 'SocketIO', 'SocketKind', 'array', 'errno', 'io', 'os',
            'selectors', 'sys'}


def rows():
    """[names, C, test] of every row of the page's tables that begins with a name."""
    found = []
    for line in read(PAGE).splitlines():
        cells = [cell.strip() for cell in re.split(r'(?<!\\)\|', line)[1:-1]]
        names = re.findall(r'`([^`]+)`', cells[0]) if len(cells) == 3 else []
        if names:
            found.append([[name.removesuffix('()') for name in names], *cells[1:]])
    return found


def documented():
    lines = read('tests/abi/python-socket-names.txt').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def constants():
    return {name: int(value) for name, value in vars(socket).items()
            if isinstance(value, int) and re.match(r'[A-Z][A-Z0-9]+(?:_|$)', name)
            and name not in INTERNAL}


def of_this_python():
    """The names that the interpreter here has, which is another witness than the documents."""
    names = {'socket.' + name for name in dir(socket)
             if not re.match(r'_|[A-Z][A-Z0-9]+(?:_|$)', name) and name not in INTERNAL}
    methods = {'sock.' + name for name in dir(socket.socket) if not name.startswith('_')}
    return names | methods | set(constants())


def test_python_socket_has_every_name():
    there = {name for names, *_ in rows() for name in names}
    missing = [name for name in documented() if name not in there]
    patterns = [name for name in there if '*' in name]
    missing += [name for name in sorted(of_this_python()) if name not in there
                and not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
    assert not missing, '%s has no row for: %s' % (PAGE, ', '.join(missing))


def test_python_socket_names_what_is_there_in_c():
    exports = listed(*all_lists())
    headers = ''.join(read(path) for path in headers_of_the_tree())
    wrong = []
    for names, c, _ in rows():
        calls = re.findall(r'`(kin_\w+)\(\)`', c)
        wrong += ['%s: %s' % (names[0], call) for call in calls
                  if call not in exports and 'static inline' not in headers.split(call)[0][-80:]]
        others = re.findall(r'`((?:KIN_|struct kin_|enum kin_)\w+)`', c)
        wrong += ['%s: %s' % (names[0], other) for other in others
                  if not re.search(r'\b%s\b' % re.escape(other), headers)]
        if not c:
            wrong.append('%s has no counterpart' % names[0])
    assert not wrong, '\n'.join(wrong)


def headers_of_the_tree():
    text = run('git', '-C', ROOT, 'ls-files', 'lib/*.h', 'families/*/*.h')
    return [path for path in text.split() if not path.endswith(('internal.h', 'core.h'))]


def test_python_socket_links_lead_to_tests():
    wrong = []
    for names, c, test in rows():
        links = re.findall(r'\[`?([\w.-]+)`?\]\(\.\./([^)]+)\)', test)
        if not links:
            wrong.append('%s has no test' % names[0])
        for function, path in links:
            if not os.path.isfile(os.path.join(ROOT, path)):
                wrong.append('%s: %s is not there' % (names[0], path))
            elif not re.search(r'\b%s\b' % re.escape(function), read(path)):
                wrong.append('%s: no %s in %s' % (names[0], function, path))
        tested = ''.join(read(path) for _, path in links if os.path.isfile(os.path.join(ROOT, path)))
        wrong += ['%s: %s is not in its tests' % (names[0], call)
                  for call in re.findall(r'`(kin_(?!open|const)\w+)\(\)`', c) if call + '(' not in tested]
    assert not wrong, '\n'.join(wrong)


def test_every_constant_of_python_is_known_with_its_value():
    install = installed()
    known = {}
    for line in install.run(install.kin, 'const', '--json').splitlines():
        row = json.loads(line)
        known[row['name']] = row['value']
    wrong = ['%s is %s, not %d' % (name, known.get(name), value)
             for name, value in sorted(constants().items())
             if known.get(name) is None or known[name] & 0xFFFFFFFF != value & 0xFFFFFFFF]
    assert not wrong, '\n'.join(wrong)
