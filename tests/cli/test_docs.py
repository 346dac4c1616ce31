# SPDX-License-Identifier: GPL-2.0-or-later
"""Man pages, completions and examples: they come from the records, and they are right."""
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys

from harness import ROOT, Skip


def verbs(t):
    return re.findall(r'^  (\w+) ', t.kin('help')[0].split('Groups of verbs')[0], re.M)


def library_headers():
    return [os.path.join(ROOT, 'lib', name) for name in ('kin.h', 'family.h', 'base/text.h')] + [
        path for path in glob.glob(os.path.join(ROOT, 'families/*/*.h'))
        if os.path.basename(path) == os.path.basename(os.path.dirname(path)) + '.h']


def write_pages(t):
    """All man pages into the test's folder; their names."""
    for verb in [''] + verbs(t):
        name = 'kin-%s.1' % verb if verb else 'kin.1'
        with open(t.path(name), 'w', encoding='utf-8') as file:
            file.write(t.shell('kin help --man ' + verb)[0])
    for family in t.kin('help', '--complete', 'families')[0].split():
        with open(t.path('kin-%s.7' % family), 'w', encoding='utf-8') as file:
            file.write(t.kin('help', '--man', family)[0])
    subprocess.run([sys.executable, os.path.join(ROOT, 'docs/manpages.py'), '--version', '0',
                    '--out', t.dir, *library_headers()], check=True)
    return glob.glob(t.path('*.[137]'))


def test_man_pages_are_clean(t):
    pages = write_pages(t)
    if not shutil.which('mandoc'):
        raise Skip('mandoc is not installed')
    for page in pages:
        with open(page, encoding='utf-8') as file:
            if file.read(3) == '.so':
                continue
        lint = subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', page],
                              capture_output=True, text=True)
        lines = [line for line in lint.stdout.splitlines() if 'missing date' not in line]
        assert not lines, lines


def test_the_readme_shows_examples_that_are_run(t):
    with open(os.path.join(ROOT, 'README.md'), encoding='utf-8') as file:
        table = file.read().split('\n## On the bus\n')[1].split('\n## ')[0]
    shown = re.findall(r'`(kin [^`]*)`', table)
    examples = t.kin('help', '--examples')[0].splitlines()
    assert len(shown) > 10
    assert not [line for line in shown if line not in examples]


def test_every_exported_function_has_a_page(t):
    write_pages(t)
    for path in [os.path.join(ROOT, 'lib/libkin.sym')] + glob.glob(
            os.path.join(ROOT, 'families/*/*.sym')):
        with open(path, encoding='utf-8') as file:
            for name in re.findall(r'\b(kin_\w+);', file.read()):
                assert os.path.exists(t.path(name + '.3')), name


def test_every_option_is_in_the_man_page(t):
    for verb in verbs(t):
        page = t.shell('kin help --man ' + verb)[0].replace('\\', '')
        usage = t.shell('kin help ' + verb)[0]
        for option in re.findall(r'--([a-z-]+)', usage.split('Options')[1]):
            assert option in page, (verb, option)


def test_completions_are_valid(t):
    for shell in ('bash', 'zsh', 'fish'):
        t.shell('kin help --complete %s >%s' % (shell, shell))
        if shutil.which(shell):
            t.shell('%s -n %s' % (shell, shell))


def bash_completes(t, *words):
    """What bash offers for the last of the words."""
    t.shell('kin help --complete bash >kin.bash')
    return t.shell('''source ./kin.bash
        compopt() { :; }
        COMP_WORDS=(%s) COMP_CWORD=%d
        _kin
        printf '%%s\\n' "${COMPREPLY[@]}"''' % (shlex.join(words), len(words) - 1))[0].split()


def test_bash_completes(t):
    assert set(bash_completes(t, 'kin', '')) >= {'dump', 'send', 'cat', '--help'}
    assert bash_completes(t, 'kin', 'li') == ['listen']
    assert bash_completes(t, 'kin', 'cat', '--id') == ['--idle']
    assert bash_completes(t, 'kin', 'cat', 'unix-d') == ['unix-dgram:']
    assert bash_completes(t, 'kin', 'info', 'ine') == ['inet']
    assert bash_completes(t, 'kin', 'help', 'con') == ['const']
    assert bash_completes(t, 'kin', 'help', 'unix-d') == ['unix-dgram']
    assert bash_completes(t, 'kin', 'cat', 'unix', ':') == []


def test_examples_are_understood(t):
    """Verb and options of each: whatever stands before --help is checked."""
    lines = t.kin('help', '--examples')[0].splitlines()
    assert len(lines) > 20
    for line in lines:
        for command in re.findall(r'\bkin [^<>|)]*', line):
            out, _ = t.shell(command + ' --help')
            assert out.startswith('usage: kin '), line


def test_every_scheme_and_family_has_a_help(t):
    """With all options of its own, and the family's page with those of every scheme."""
    for family in t.kin('help', '--complete', 'families')[0].split():
        out, _ = t.kin('help', family)
        assert 'Options of every socket' in out, out
        page = t.kin('help', '--man', family)[0]
        assert page.startswith('.TH KIN-' + family.upper() + ' 7'), page
    overview = ' '.join(t.kin('help')[0].split('Schemes here:')[1].split('.')[0].split())
    for scheme in t.kin('help', '--complete', 'schemes')[0].split():
        assert scheme.rstrip(':') in overview.split(), (scheme, overview)
        out, _ = t.kin('help', scheme.rstrip(':'))
        assert '\n  ' + scheme in out, out
    out, _ = t.kin('help', 'unix-dgram')
    assert 'unlink=on|off' in out and 'unix-seqpacket' not in out, out
    assert 'nearest: unix-dgram' in t.kin('help', 'unix-dgarm', status=2)[1]
