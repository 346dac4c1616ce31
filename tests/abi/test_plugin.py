# SPDX-License-Identifier: GPL-2.0-or-later
"""Loadable families: ours, those that do not fit, and a process that must not trust its caller."""
import os
import shutil

from harness import Skip, beside, example, folder, installed, installed_with_plugins, once, \
    retry, run, static_with_example, write

LOADER = r'''
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <kin/kin.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int r = kin_plugin_load(argv[i]);

		printf("%d %s\n", r, r < 0 ? kin_error_text() : "");
	}
	printf("secure %d, known %d\n", getauxval(AT_SECURE) != 0,
	       kin_family_by_name("usersock") != NULL);
	return 0;
}
'''

# The example's record, changed before anybody sees it.
CHANGED = r'''
#include <kin/family.h>

extern const struct kin_family kin_family_usersock;
static struct kin_family changed;

__attribute__((constructor)) static void change(void)
{
	changed = kin_family_usersock;
	%s
}

KIN_PLUGIN(changed);
'''


@once
def workshop():
    return folder('plugins')


@once
def loader():
    source = write(os.path.join(workshop(), 'loader.c'), LOADER)
    return installed().compile(source, os.path.join(workshop(), 'loader'),
                               '-Wl,-rpath,' + installed().libdir)


def changed(name, statement):
    """The example with a change to its record, as an object."""
    source = write(os.path.join(workshop(), name + '.c'), CHANGED % statement)
    return installed().compile(source, os.path.join(workshop(), 'libkin-%s.so' % name), '-shared',
                               '-fPIC', os.path.join(example(), 'usersock.c'))


def load(*paths):
    """What the loader says of each object, and at the end of the family."""
    return installed().run(loader(), *paths).splitlines()


def test_family_as_plugin():
    install = installed_with_plugins('unix')
    listed = install.run(install.kin, 'info').splitlines()
    assert any(line.startswith('unix ') for line in listed), listed
    address = 'unix-dgram:' + os.path.join(workshop(), 'socket')
    with beside(install.kin, 'dump', '-n', '1', address, env=install.env) as receiver:
        retry('kin dump listens', install.kin, 'send', address, 'text:hello', env=install.env)
        assert "'hello'" in receiver.communicate(timeout=20)[0]


def test_typed_calls_of_a_plugin_link():
    install = installed_with_plugins('unix')
    source = write(os.path.join(workshop(), 'typed.c'), r'''
#include <stdio.h>
#include <kin/unix.h>

int main(void)
{
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];

	if (kin_unix_addr("/run/x", &addr) < 0 || kin_addr_format(&addr, 0, 0, text, sizeof(text)) < 0)
		return 1;
	puts(text);
	return 0;
}
''')
    program = install.compile(source, os.path.join(workshop(), 'typed'), packages=('kin-unix',))
    assert install.run(program) == 'unix:/run/x\n'


def test_plugin_loads():
    assert load(os.path.join(example(), 'libkin-usersock.so')) == ['0 ', 'secure 0, known 1']


def test_plugin_of_another_abi_is_refused():
    said = load(changed('abi', 'changed.abi++;'))
    assert said[0].startswith('-71 ') and 'ABI' in said[0], said
    assert said[1].endswith('known 0'), said


def test_plugin_with_a_short_record_is_refused():
    said = load(changed('short', 'changed.struct_size = 64;'))
    assert said[0].startswith('-71 ') and '64 bytes' in said[0], said


def test_plugin_of_an_older_header_is_used():
    said = load(changed('older', 'changed.struct_size = offsetof(struct kin_family, explain);'))
    assert said == ['0 ', 'secure 0, known 1'], said


def test_plugin_of_a_newer_header_is_used():
    said = load(changed('newer', 'changed.struct_size += 64;'))
    assert said == ['0 ', 'secure 0, known 1'], said


def test_plugin_without_what_is_needed_is_refused():
    said = load(changed('needs', 'changed.parse = NULL;'))
    assert said[0].startswith('-22 ') and 'parse' in said[0], said


def test_plugin_is_refused_twice():
    path = os.path.join(example(), 'libkin-usersock.so')
    copy = shutil.copy(path, os.path.join(workshop(), 'libkin-again.so'))
    said = load(path, copy)
    assert said[0] == '0 ' and said[1].startswith('-17 ') and 'usersock' in said[1], said


def test_what_is_no_plugin_is_refused():
    text = write(os.path.join(workshop(), 'text.so'), 'no object\n')
    library = os.path.join(installed().libdir, 'libkin.so')
    missing = os.path.join(workshop(), 'missing.so')
    for path, line in zip([text, library, missing], load(text, library, missing)):
        assert line.startswith('-79 ') and path in line, line


def test_setuid_process_ignores_the_path():
    program = shutil.copy(loader(), os.path.join(workshop(), 'privileged'))
    assert installed().run(program, KIN_PLUGIN_PATH=example()) == 'secure 0, known 1\n'
    if os.geteuid() != 0:
        raise Skip('only root can make a program that gains a group')
    os.chown(program, -1, 65534)
    os.chmod(program, 0o2755)
    out = installed().run(program, KIN_PLUGIN_PATH=example())
    if out.startswith('secure 0'):
        raise Skip('the file system takes no set-group-id programs')
    assert out == 'secure 1, known 0\n', out


def test_plugin_with_a_second_libkin_is_refused():
    """A static command has a libkin of its own; what a plugin says to another one would be lost."""
    changed('foreign', 'changed.name = "foreign";')
    said = run(static_with_example(), 'info',
               env={**os.environ, **installed().env, 'KIN_PLUGIN_PATH': workshop()})
    assert 'libkin-foreign.so uses another libkin than this program' in said, said
