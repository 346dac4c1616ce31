# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules of the house that a reader of the files can check."""
import os
import re

from harness import EXAMPLE, ROOT, code_of, families, fenced, plugins, read, tracked

CORE_HEADERS = {'kin/kin.h', 'kin/family.h', 'kin/text.h'}


def sources(*folders):
    return [path for path in tracked()
            if path.split('/')[0] in folders and re.search(r'\.([ch]|c\.in)$', path)]


def family_of(path):
    """families/can/frame.c, tools/can/up.c: can; none for what all families share"""
    parts = path.split('/')
    return parts[1] if len(parts) > 2 and parts[1] in families() else None


def allowed(path):
    """The headers of kin's, and the folders for quoted ones, that a file may use."""
    family = family_of(path)
    own = {'kin/' + os.path.basename(header) for header in tracked()
           if header.startswith('families/%s/' % family) and header.endswith('.h')}
    if path.startswith('lib/base/'):
        return {'kin/text.h'}, ['lib/base']
    if path.startswith('lib/'):
        return CORE_HEADERS, ['lib']
    if path.startswith('families/'):
        return CORE_HEADERS | own, ['families/%s' % family]
    return CORE_HEADERS | own, ['tools']


def test_includes_point_one_way():
    wrong = []
    for path in sources('lib', 'families', 'tools'):
        headers, folders = allowed(path)
        for name in re.findall(r'^\s*#\s*include <(kin/[^>]+)>', read(path), re.M):
            if name not in headers:
                wrong.append('%s includes <%s>' % (path, name))
        for name in re.findall(r'^\s*#\s*include "([^"]+)"', read(path), re.M):
            target = os.path.normpath(os.path.join(os.path.dirname(path), name))
            if not any(target.startswith(folder + '/') for folder in folders):
                wrong.append('%s includes "%s"' % (path, name))
    assert not wrong, '\n'.join(wrong)


def family_words():
    """What only a family's own room may say: a pattern over code without comments."""
    names = '|'.join(families())
    quoted = '|'.join({name for family, schemes in families().items()
                       for name in [family, *schemes]})
    return re.compile(r'\bkin_(?:family_)?(?:%s)(?:_\w+)?\b|\bkin/(?:%s)\.h|"(?:%s):?"|\b[AP]F_(?:%s)\d?\b'
                      % (names, names, quoted, names.upper()))


# What says a family's word and means something else.
NOT_OF_A_FAMILY = {
    ('lib/option-table.c', '"raw"'): 'SOCK_RAW, as the option type= writes it',
    ('tools/txtime.c', 'AF_NETLINK'): 'what queues on an interface is asked of the routing netlink',
    ('lib/share.c', 'AF_UNIX'): 'descriptors go from process to process over nothing else',
}


def test_no_family_is_named_outside_its_room():
    wrong = []
    for path in sources('lib', 'tools'):
        # Rows of <sys/socket.h>'s own constants, which are there without any family.
        if family_of(path) or path == 'lib/const-table.c':
            continue
        for match in family_words().finditer(code_of(path)):
            if (path, match.group()) not in NOT_OF_A_FAMILY:
                wrong.append('%s: %s' % (path, match.group()))
    assert not wrong, '\n'.join(wrong)


def test_no_family_names_another():
    wrong = []
    for path in sources('families'):
        for other in families():
            if other != family_of(path) and re.search(
                    r'\bkin_(family_)?%s(_\w+)?\b' % other, code_of(path)):
                wrong.append('%s: %s' % (path, other))
    assert not wrong, '\n'.join(wrong)


def test_no_build_file_names_a_family():
    wrong = []
    for path in tracked():
        if os.path.basename(path) == 'meson.build' and not family_of(path):
            wrong += ['%s: %s' % (path, name) for name in families() if "'%s'" % name in read(path)]
    assert not wrong, '\n'.join(wrong)


def has_code(path):
    return not re.search(r'\.(md|txt|log)$|^\.[^/]*$|^LICENSE|/corpus/|/golden/', path)


def licences(path):
    room = path.split('/')[0]
    if room == 'families' and family_of(path) in plugins():
        return {'GPL-2.0-or-later'}
    if room in ('lib', 'families', 'docs'):
        return {'LGPL-2.1-or-later'}
    if room in ('tools', 'vcan-setup', '.ci'):
        return {'GPL-2.0-or-later'}
    return {'LGPL-2.1-or-later', 'GPL-2.0-or-later'}


def test_every_file_names_its_licence():
    wrong = []
    for path in filter(has_code, tracked()):
        head = '\n'.join(read(path).splitlines()[:2])
        found = re.search(r'^(?:#|/\*|//|.. )\s*SPDX-License-Identifier: (\S+)', head, re.M)
        if not found or found.group(1) not in licences(path):
            wrong.append('%s: %s' % (path, found.group(1) if found else 'none'))
    assert not wrong, '\n'.join(wrong)


def test_licence_texts_are_there():
    for name in licences(''):
        assert len(read('LICENSES', name + '.txt')) > 10000
        assert name in read('LICENSE')


def test_no_path_of_somebodys_machine():
    place = re.compile(r'/(?:wor[k]|hom[e]/[a-z]\w*|User[s])/\w')
    wrong = []
    for path in tracked():
        with open(os.path.join(ROOT, path), 'rb') as file:
            text = file.read().decode('utf-8', 'replace')
        wrong += ['%s: %s' % (path, match.group()) for match in place.finditer(text)]
    assert not wrong, '\n'.join(wrong)


def test_links_lead_somewhere():
    wrong = []
    for path in tracked():
        if path.endswith('.md'):
            for link in re.findall(r'\]\(([^)#]+)', read(path)):
                if ':' not in link and not os.path.exists(
                        os.path.join(ROOT, os.path.dirname(path), link)):
                    wrong.append('%s: %s' % (path, link))
    assert not wrong, '\n'.join(wrong)


def test_walk_through_shows_the_example_as_it_is():
    files = [read(EXAMPLE, name) for name in sorted(os.listdir(EXAMPLE))]
    blocks = fenced('docs/adding-a-family.md', 'c', 'make', 'meson')
    assert len(blocks) > 5
    for block in blocks:
        for piece in block.split('...\n'):
            assert any(piece.strip('\n') in text for text in files), 'not in the example:\n' + piece
