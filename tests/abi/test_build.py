# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways to build kin: static, with one more folder in families/, from a release archive."""
import glob
import json
import os
import shutil

from harness import BUILD, BUILD_SECONDS, ROOT, Skip, families, folder, installed, run, \
    static_with_example


def static_families():
    out = run(static_with_example(), 'info', '--json')
    return {json.loads(line)['family'] for line in out.splitlines()}


def test_static_command_has_its_families():
    assert 'libkin' not in run('readelf', '-d', static_with_example())
    assert static_families() >= set(families())


def test_a_folder_and_a_word_are_a_family():
    assert 'usersock' in static_families()
    assert 'no-enobufs' in run(static_with_example(), 'opt', 'usersock:1')


def test_a_family_that_is_not_there():
    out = run('meson', 'setup', folder('nowhere'), ROOT, '-Dfamilies=unix,nowhere', status=1,
              seconds=BUILD_SECONDS)
    assert 'there is no folder families/nowhere' in out, out


def test_a_plugin_that_is_no_family():
    out = run('meson', 'setup', folder('noplugin'), ROOT, '-Dfamilies=unix', '-Dplugins=can',
              status=1, seconds=BUILD_SECONDS)
    assert 'can is not among -Dfamilies' in out, out


def test_release_archive_configures():
    if not os.path.exists(os.path.join(ROOT, '.git')):
        raise Skip('an archive is made from a git checkout; this is none')
    installed()
    place, archives = folder('archive'), os.path.join(BUILD, 'release', 'meson-dist')
    shutil.rmtree(archives, ignore_errors=True)
    run('meson', 'dist', '-C', os.path.join(BUILD, 'release'), '--no-tests', '--allow-dirty',
        '--formats', 'gztar', seconds=BUILD_SECONDS)
    archive, = glob.glob(archives + '/kin-*.tar.gz')
    run('tar', '-xf', archive, '-C', place)
    tree, = glob.glob(place + '/kin-*')
    for name in ('README.md', 'LICENSE', 'meson.build', 'docs/adding-a-family.md'):
        assert os.path.exists(os.path.join(tree, name)), name
    run('meson', 'setup', os.path.join(place, 'build'), tree, '-Dtests=false',
        seconds=BUILD_SECONDS)
