# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/can-utils.md has every option of can-utils, and what it says of each is there and tested."""
import ast
import functools
import glob
import os
import re
import shutil
import subprocess

from harness import ROOT, Skip

PAGE = 'docs/can-utils.md'
OPTIONS = 'tests/cli/can-utils-options.txt'
# Where kin has no counterpart, its cell begins so, and the last one says so.
NONE = 'none'

# Not about the wire: converters, and interfaces out of serial lines.
ELSEWHERE = {'asc2log', 'log2asc', 'log2long', 'slcan_attach', 'slcand', 'slcanpty'}


@functools.cache
def read(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        return file.read()


# ---- The page -------------------------------------------------------------------------------

def spans(text):
    return re.findall(r'`([^`]+)`', text)


class Row:
    def __init__(self, tools, where, cells):
        self.tools = tools
        self.options = [span.split()[0] for span in spans(cells[0])]
        self.kin, self.tests = cells[1], re.findall(r'\[`([^`]+)`\]\(\.\./([^)]+)\)', cells[2])
        self.untested = cells[2] == NONE
        # What its options belong to: the verbs that it names, else those of the section; and its addresses.
        named = [verb for span in spans(self.kin) for verb in verbs_in(span)]
        self.verbs = named or [verb for span in where for verb in verbs_in(span)]
        self.schemes = {span.split(':')[0] for span in where + spans(self.kin)
                        if re.match(r'[a-z0-9]+:', span)}

    def __str__(self):
        return '%s %s' % ('/'.join(self.tools), ' '.join(self.options))


def verbs_in(span):
    """The verb of a command: "can j1939 spy", and of --exec's as well."""
    return [verb for verb in re.findall(r"\bkin ((?:can (?:gw |isotp |j1939 )?)?[a-z]+)", span)]


@functools.cache
def rows():
    found = []
    for section in read(PAGE).split('\n## ')[1:]:
        title = section.split('\n')[0]
        tools = title.split(': ')[0].replace('ip link set type can', 'ip-link').split(', ')
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.split('|')[1:-1]]
            if len(cells) == 3 and spans(cells[0]):
                found.append(Row(tools, spans(title.partition(': ')[2]), cells))
    return found


def of_the_page(tool):
    return {option for row in rows() if tool in row.tools for option in row.options}


# ---- can-utils ------------------------------------------------------------------------------

def documented():
    """{program: its options}"""
    found = {}
    for line in read(OPTIONS).splitlines():
        if not line.startswith('#'):
            tool, *options = line.split()
            found.setdefault(tool, set()).update(options)
    return found


def in_usage(text):
    """What a program's own usage calls an option, at the beginning of a line, and a key (cansniffer)."""
    options = set()
    for line in text.splitlines():
        match = re.match(r'[ \t*]*(-[\w]|--[a-z][\w-]+)[=\[]?[^ ,]*(?:, (--[a-z][\w-]+))?', line)
        key = re.match(r' (<SPACE>|.)\w*<ENTER>', line)
        if key:
            options.add(key.group(1))
        elif match and not re.search(r'help|version|<ENTER>', line) and not line.startswith('\t\t'):
            options.add(match.group(1)[:2] if match.group(1)[1] != '-' else match.group(1))
    return options


def in_ip(text):
    grammar = text.partition('Where:')[0].partition('\n')[2]
    return set(re.findall(r'\b([a-z][\w-]*) (?=[A-Z{]|\])', grammar))


def usages():
    """{program: its usage}, of those that are installed, and of newer ones where they were fetched."""
    folders = [os.path.dirname(shutil.which('candump') or '/none/candump'), os.environ.get('KIN_NEWER_CAN_UTILS', '')]
    folders += glob.glob(os.path.expanduser('~/.cache/kin/can-utils-*/usr/bin'))
    started = []
    for folder in folders:
        for tool in sorted(set(documented()) - {'bcmserver'}):
            path = os.path.join(folder, tool)
            if os.path.exists(path):
                # What -? is not known to says so, and prints its usage all the same.
                started.append((tool, subprocess.Popen([path, '-?'], stdin=subprocess.DEVNULL, text=True,
                                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)))
    return [(tool, process.communicate(timeout=20)[0]) for tool, process in started]


def test_can_utils_has_every_option(t):
    missing = ['%s %s' % (tool, option) for tool, options in documented().items()
               for option in sorted(options - of_the_page(tool))]
    assert not missing, '%s has no row for: %s' % (PAGE, ', '.join(missing))
    known = documented()
    unknown = [str(row) for row in rows() for tool in row.tools for option in row.options
               if not any(option in known[other] for other in row.tools)]
    assert not unknown, '%s lacks: %s' % (OPTIONS, ', '.join(unknown))


def test_can_utils_has_what_the_programs_say_themselves(t):
    programs = usages()
    if not programs:
        raise Skip('can-utils is not installed')
    programs = [(tool, in_usage(text)) for tool, text in programs]
    programs.append(('ip-link', in_ip(t.shell('ip link help can 2>&1')[0])))
    silent = sorted(tool for tool, options in programs if not options and tool != 'cansend')
    assert not silent, 'no options in the usage of ' + ', '.join(silent)
    missing = sorted({'%s %s' % (tool, option) for tool, options in programs for option in options - of_the_page(tool)})
    assert not missing, '%s has no row for: %s' % (PAGE, ', '.join(missing))
    packaged = subprocess.run(['dpkg', '-L', 'can-utils'], capture_output=True, text=True).stdout
    tools = set(re.findall(r'^/usr/bin/(.+)', packaged, re.M)) - ELSEWHERE
    assert tools <= set(documented()), tools - set(documented())


# ---- kin ------------------------------------------------------------------------------------

class Help:
    """What kin says of a verb, or of an address."""

    def __init__(self, text):
        self.text = text
        pairs = re.findall(r'^  (?:(-\w), |    )(--[a-z0-9][\w-]*)', text, re.M)
        self.options = {name: {short, long} - {''} for short, long in pairs for name in (short, long)}

    def knows(self, word):
        return re.search(r'(?<![\w-])%s(?![\w-])' % re.escape(word), self.text)


HELPS = {}


def helps(t, row):
    """Of the row's verbs, and of its addresses."""
    for name in [*row.verbs, *row.schemes]:
        if name not in HELPS:
            HELPS[name] = Help(t.shell('kin help ' + name)[0])
    return [HELPS[name] for name in row.verbs], [HELPS[name] for name in row.schemes]


def tokens(row):
    """[kind, text] of all that a row says of kin: options, NAME= of addresses and fields, details and words."""
    found = []
    for span in spans(row.kin):
        # Not the verb, and not what belongs to a shell or is a message.
        span = re.sub(r"\bkin (?:can )?(?:gw |isotp |j1939 )?[a-z]+|'[^']*'|strace .*", ' ', span)
        found += [('option', option) for option in re.findall(r'(?<![\w-])(--[a-z0-9][\w-]*|-\w)(?![\w-])', span)]
        span = re.sub(r'(?<![\w-])--?[a-zA-Z0-9][\w-]*=?', ' ', span)
        found += [('name', name) for name in re.findall(r'(?<![\w-])(?!can\d)([a-z][a-z0-9-]*)=', span)]
        found += [('word', word) for word in re.findall(r'(?<![\w.%-])([a-z][a-z0-9-]*[a-z0-9])(?![\w=.%:-])', span)
                  if not re.fullmatch(r'can\d', word)]
    return found


def test_can_utils_names_what_kin_has(t):
    wrong = []
    for row in rows():
        verbs, addresses = helps(t, row)
        for kind, text in tokens(row):
            if kind == 'option':
                there = any(text in one.options for one in verbs)
            else:
                there = any(one.knows(text) for one in addresses + verbs)
            if not there:
                wrong.append('%s: %s %s is in the help of neither %s' % (row, kind, text, ' nor '.join(
                    row.verbs + sorted(row.schemes))))
    assert not wrong, '\n'.join(wrong)


# ---- Tests ----------------------------------------------------------------------------------

@functools.cache
def parts(path):
    """{name: the source that makes it} of a Python file, and the names that each uses."""
    source, found = read(path), {}
    for node in ast.parse(source).body:
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        made = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        made |= {n.value.id for n in ast.walk(node) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)
                 and isinstance(n.value, ast.Name)}
        if isinstance(node, ast.FunctionDef):
            made = {node.name}
        for name in made:
            text, names = found.get(name, ('', set()))
            found[name] = text + ast.get_source_segment(source, node), names | used
    return found


@functools.cache
def source_of(function, path):
    """A test, with the tables and functions of its file that it uses; None when it is not there."""
    if path.endswith('.c'):
        return read(path) if 'START_TEST(%s)' % function in read(path) else None
    if function not in parts(path):
        return None
    seen, todo = set(), {function}
    while todo:
        seen |= todo
        todo = {name for done in todo for name in parts(path)[done][1] if name in parts(path)} - seen
    return '\n'.join(parts(path)[name][0] for name in sorted(seen))


def mentions(source, kind, text, verbs):
    if kind == 'option':
        ways = set().union({text}, *(one.options.get(text, ()) for one in verbs))
        # A letter may stand among others, and its value right behind it.
        patterns = [way + r'(?![\w-])' if way.startswith('--') else '-[A-Za-z]*' + way[1] for way in ways]
        return any(re.search(r'(?<![\w-])' + pattern, source) for pattern in patterns)
    if kind == 'name':
        return re.search(r'(?<![\w-])%s[="]' % re.escape(text), source)
    return re.search(r'(?<![\w-])%s(?![\w-])' % re.escape(text), source)


def test_can_utils_is_seen_by_tests(t):
    wrong = []
    for row in rows():
        sources = [source_of(*test) if os.path.exists(os.path.join(ROOT, test[1])) else None for test in row.tests]
        wrong += ['%s: no %s in %s' % (row, *test) for test, source in zip(row.tests, sources) if source is None]
        if not row.tests and not (row.untested and row.kin.startswith(NONE)):
            wrong.append('%s: seen by none' % row)
        text = '\n'.join(filter(None, sources))
        verbs, _ = helps(t, row)
        # Those in C call the library, and know no command lines.
        in_c = all(path.endswith('.c') for _, path in row.tests)
        wrong += ['%s: %s is in none of its tests' % (row, token) for kind, token in tokens(row)
                  if not (in_c and kind == 'option') and not mentions(text, kind, token, verbs)]
    assert not wrong, '\n'.join(wrong)
