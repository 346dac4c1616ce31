#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Man pages of the library, from the doc comments of its public headers.

    manpages.py --list HEADER...                 print the names of the pages
    manpages.py --version V --out DIR HEADER...  write them

A section of a header (/* ---- Title ---- */) is a page, named after its first function, or its
first type where it has none. Every other function has a page that refers to it. What stands
before the first section belongs to the page of the header itself.
"""
import argparse
import os
import re
import sys

SECTION = re.compile(r'/\* ---- (.*?) -+ \*/')
FUNCTION = re.compile(r'\b(kin_\w+)\(')
TYPE = re.compile(r'^(?:struct|union|enum) (\w+) \{', re.M)
MACRO = re.compile(r'^#define (\w+)', re.M)


class Entry:
    """A doc comment and the declarations that it stands before."""

    def __init__(self, doc):
        self.doc = doc
        self.code = []

    def functions(self):
        return [FUNCTION.search(c).group(1) for c in self.code if c.startswith('KIN_API')]

    def names(self):
        found = []
        for code in self.code:
            if code.startswith('KIN_API'):
                found.append(FUNCTION.search(code).group(1) + '()')
            else:
                match = TYPE.search(code) or MACRO.search(code)
                found.append(match.group(1) if match else 'constants')
        return found


class Page:
    def __init__(self, header, title, name=None):
        self.header = header
        self.title = title
        self.intro = ''
        self.entries = []
        self.fixed_name = name

    def functions(self):
        return [f for e in self.entries for f in e.functions()]

    def types(self):
        code = '\n'.join(c for e in self.entries for c in e.code)
        return TYPE.findall(code) + MACRO.findall(code)

    def name(self):
        return self.fixed_name or (self.functions() + self.types())[0]


def comment_text(lines):
    """The words of a comment, without its stars."""
    text = '\n'.join(re.sub(r'^\s*\* ?', '', line) if i else line for i, line in enumerate(lines))
    return re.sub(r'^/\*\*? ?|\s*\*?/$', '', text).strip('\n ')


def declaration_end(lines, i):
    """The line after a declaration that begins at line i."""
    if lines[i].startswith('#define'):
        while lines[i].endswith('\\'):
            i += 1
    elif re.match(r'(struct|union|enum)\b.*\{$', lines[i]):
        while not lines[i].startswith('}'):
            i += 1
    else:
        while not re.search(r'[;}]\s*(/\*.*\*/)?$', lines[i]):
            i += 1
    return i + 1


def is_public(line):
    return line.startswith(('KIN_API', 'typedef', '#define KIN_')) or \
        re.match(r'(struct|union|enum)\b.*\{$', line)


def read_header(path):
    """The pages of a header; the first is the header's own."""
    stem = os.path.splitext(os.path.basename(path))[0]
    own = Page('kin/%s.h' % stem, '', 'libkin' if stem == 'kin' else 'kin-' + stem)
    pages = [own]
    with open(path, encoding='utf-8') as file:
        lines = file.read().expandtabs(8).splitlines()
    i, doc, entry = 0, None, None
    while i < len(lines):
        line = lines[i]
        section = SECTION.match(line)
        if section:
            pages.append(Page(own.header, section.group(1)))
            entry = None
            i += 1
        elif line.startswith('/*'):
            end = i
            while '*/' not in lines[end]:
                end += 1
            text = comment_text(lines[i:end + 1])
            if '@file' in text:
                own.intro = re.sub(r'@file \S+\n', '', text)
            elif line.startswith('/**'):
                doc, entry = text, None
            elif SECTION.match(lines[i - 1]):
                pages[-1].intro = text
            i = end + 1
        elif is_public(line) and (doc or entry or not line.startswith('#')):
            end = declaration_end(lines, i)
            if entry is None:
                entry = Entry(doc or '')
                pages[-1].entries.append(entry)
            entry.code.append('\n'.join(lines[i:end]))
            doc, i = None, end
        else:
            if not line.strip():
                doc, entry = None, None
            i += 1
    own.title = own.intro.split('\n')[0].rstrip('.').removeprefix('libkin: ')
    own.intro = own.intro.split('\n', 1)[-1].strip('\n')
    return [p for p in pages if p.entries or p is own]


ESCAPES = {'\\': '\\e', '-': '\\-', "'": '\\(aq', '^': '\\(ha', '~': '\\(ti', '`': '\\(ga'}


def escape(text):
    text = ''.join(ESCAPES.get(c, c) for c in text)
    return re.sub(r'^\.', r'\\&.', text, flags=re.M)


def prose(text):
    """Running text; names of functions stand out."""
    text = ' '.join(text.split())
    text = re.sub(r'\b(kin_\w+)\(\)', r'\\fB\1\\fR()', escape(text))
    return re.sub(r'\.  ?(?=[A-Z])', '.\n', text) + '\n'


def code(text):
    return '.EX\n' + escape(text) + '\n.EE\n'


def paragraph(lines):
    if all(line.startswith('    ') for line in lines):
        return '.RS 4\n' + code('\n'.join(line[4:] for line in lines)) + '.RE\n'
    out, item = [], []
    for line in lines + ['- ']:
        if line.startswith('- '):
            if item and item[0].startswith('- '):
                out.append('.IP \\(bu 2\n' + prose(' '.join(item)[2:]))
            elif item:
                out.append(prose(' '.join(item)))
            item = []
        item.append(line)
    return ''.join(out)


def paragraphs(text):
    blocks, block = [], []
    for line in text.split('\n') + ['']:
        if line.strip():
            block.append(line)
        elif block:
            blocks.append(paragraph(block))
            block = []
    return ''.join(b if i == 0 or b.startswith('.IP') else '.PP\n' + b
                   for i, b in enumerate(blocks))


def description(doc):
    """A doc comment: its text, then its parameters and what it returns."""
    text, *tags = re.split(r'(?:^|\s)@(?=param|return)', doc)
    out = paragraphs(text.strip('\n'))
    for tag in tags:
        if tag.startswith('return'):
            out += '.TP\nReturns\n' + prose(tag[len('return'):])
        else:
            names, words = re.match(r'param\s+(\S+(?:, \S+)*)\s+(.*)', tag, re.S).groups()
            out += '.TP\n.I %s\n%s' % (escape(names), prose(words))
    return out


def declaration(text):
    text = re.sub(r'KIN_API |\s*KIN_PRINTF\(.*?\)', '', text)
    return re.sub(r'\n\s+', '\n        ', text) if text.count('(') else text


def render(page, pages, version):
    names = [page.name()] + [n for n in page.functions() if n != page.name()]
    title = page.title[:1].lower() + page.title[1:] if page.fixed_name is None else page.title
    out = '.TH %s 3 "" "libkin %s" "Library Functions Manual"\n' % (page.name().upper(), version)
    out += '.SH NAME\n%s \\- %s\n' % (escape(', '.join(names)), escape(title))
    out += '.SH SYNOPSIS\n' + code('#include <%s>' % page.header)
    functions = [declaration(c) for e in page.entries for c in e.code if c.startswith('KIN_API')]
    if functions:
        out += '.PP\n' + code('\n'.join(functions))
    if page.fixed_name == 'libkin':
        out += '.PP\n' + code('cc program.c $(pkg-config --cflags --libs kin)')
    body = paragraphs(page.intro)
    for entry in page.entries:
        types = [c for c in entry.code if not c.startswith('KIN_API')]
        if entry.doc or types:
            body += '.SS %s\n' % escape(', '.join(entry.names())) + description(entry.doc)
        if types:
            body += ('.PP\n' if entry.doc else '') + code('\n'.join(types))
    out += '.SH DESCRIPTION\n' + body
    if page.fixed_name:
        also = [p.name() for p in pages if p.header == page.header and p is not page]
        also += [p.name() for p in pages if p.fixed_name and p is not page]
    else:
        also = [p.name() for p in pages if p.header == page.header and p.fixed_name]
    if also:
        out += '.SH SEE ALSO\n' + ',\n'.join('.BR %s (3)' % escape(n) for n in also)
        out = re.sub(r'\(3\),', '(3),', out) + '\n'
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--version', default='')
    parser.add_argument('--out')
    parser.add_argument('headers', nargs='+')
    args = parser.parse_args()

    pages = [page for header in args.headers for page in read_header(header)]
    files = {}
    for page in pages:
        files[page.name() + '.3'] = None if args.list else render(page, pages, args.version)
        for function in page.functions():
            files.setdefault(function + '.3', '.so man3/%s.3\n' % page.name())
    if args.list:
        print('\n'.join(files))
        return
    for name, text in files.items():
        with open(os.path.join(args.out, name), 'w', encoding='utf-8') as file:
            file.write(text)


if __name__ == '__main__':
    sys.exit(main())
