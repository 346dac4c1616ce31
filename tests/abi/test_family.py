# SPDX-License-Identifier: GPL-2.0-or-later
"""The example family, out of tree: built against the install alone, loaded, used."""
import json
import os
import random

from harness import beside, example, folder, installed, retry, run


def kin(*args, **more):
    return installed().run(installed().kin, *args, KIN_PLUGIN_PATH=example(), **more)


def exchange(receiver_args, sender, *messages):
    """What kin dump prints of messages sent to a port that is the test's own."""
    env = {**installed().env, 'KIN_PLUGIN_PATH': example()}
    port = random.randrange(1 << 30, 1 << 31)
    with beside(installed().kin, 'dump', '-n', str(len(messages)), *receiver_args,
                'usersock:%d,pktinfo=on' % port, env=env) as receiver:
        retry('kin dump has its port', installed().kin, 'send', sender % port, *messages, env=env)
        out, _ = receiver.communicate(timeout=20)
        assert receiver.returncode == 0, out
        return out


def test_out_of_tree_info():
    assert 'works' in kin('info', 'usersock')
    assert json.loads(kin('info', '--json', 'usersock'))['status'] == 'works'


def test_out_of_tree_dump_and_send():
    lines = exchange([], 'usersock:%d', 'text:hello', 'hex:0001').splitlines()
    assert "[5]  'hello'" in lines[0] and '[2]  00 01' in lines[1], lines


def test_out_of_tree_json():
    mine = random.randrange(1 << 20, 1 << 30)
    message = json.loads(exchange(['-f', 'json'], 'usersock:%%d,local=%d' % mine, 'text:hello'))
    assert message['from'] == 'usersock:%d' % mine, message
    assert message['text'] == 'hello' and message['cmsg'] == {'pktinfo': {'group': 0}}, message


def test_out_of_tree_opt():
    assert 'receive the multicast group' in kin('opt', 'usersock:4242')
    assert kin('opt', 'usersock:4242', 'no-enobufs=on') == 'no-enobufs=on\n'


def test_out_of_tree_const():
    assert '<linux/netlink.h>' in kin('const', 'NETLINK_USERSOCK')


def test_out_of_tree_errors():
    assert 'no socket has this port' in kin('send', 'usersock:4242', 'text:x', status=1)
    assert 'not in 0-4294967295' in kin('dump', 'usersock:4294967296', status=2)
    assert 'did you mean pktinfo' in kin('dump', 'usersock:1,pktinf=on', status=2)


def test_out_of_tree_installs():
    place = folder('example-install')
    env = {**installed().env, 'DESTDIR': place, 'PKG_CONFIG_SYSROOT_DIR': ''}
    run('make', '-C', example(), 'install', env=env)
    path = run('pkg-config', '--variable=plugindir', 'kin', env=env).strip()
    assert os.path.exists(place + path + '/libkin-usersock.so')
