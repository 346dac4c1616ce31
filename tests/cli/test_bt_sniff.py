# SPDX-License-Identifier: GPL-2.0-or-later
"""bt sniff: recordings shown and converted, which takes no Bluetooth."""
import json
import struct

EPOCH = 0x00DCDDB30F2F8000  # of btsnoop, to 1970


def recording(*packets):
    """Of the monitor: (opcode, controller, bytes in hex)."""
    data = b'btsnoop\0' + struct.pack('>II', 1, 2001)
    for number, (opcode, controller, text) in enumerate(packets):
        packet = bytes.fromhex(text)
        data += struct.pack('>IIIIQ', len(packet), len(packet), controller << 16 | opcode, 0,
                            EPOCH + 1700000000000000 + number)
        data += packet
    return data


def write(t, name, data):
    with open(t.path(name), 'wb') as file:
        file.write(data)


def test_bt_sniff_shows_and_converts_recordings(t):
    write(t, 'a', recording((2, 0, '030C00'), (3, 0, '0E0401030C00'), (2, 1, '091000'), (12, 0xFFFF, '4C696E757800')))
    lines = ['< hci0 command Reset', '> hci0 event Command Complete: command Reset, allowed 1, status Success',
             '< hci1 command Read BD_ADDR', '= none system-note Note: text "Linux"']
    assert t.shell('kin bt sniff -r a')[0].splitlines() == lines
    assert t.shell('kin bt sniff -r - <a')[0].splitlines() == lines
    assert t.shell('kin bt sniff -r a -n 1')[0].splitlines() == lines[:1]
    assert t.shell('kin bt sniff -r a --kind command')[0].splitlines() == [lines[0], lines[2]]
    assert t.shell('kin bt sniff -r a hci0')[0].splitlines() == lines[:2]
    assert t.shell('kin bt sniff -r a 1 --kind event,note')[0] == ''
    assert t.shell('kin bt sniff -r a -t a -n 2')[0].splitlines()[1] == '(1700000000.000001) ' + lines[1]
    for style in 'pcapng', 'json', 'btsnoop':
        t.shell('kin bt sniff -r a -f %s -w b' % style)
        assert t.shell('kin bt sniff -r b')[0].splitlines() == lines
    with open(t.path('b'), 'rb') as file, open(t.path('a'), 'rb') as first:
        assert file.read() == first.read()
    objects = [json.loads(line) for line in t.shell('kin bt sniff -r a --json')[0].splitlines()]
    assert [one['name'] for one in objects] == ['Reset', 'Command Complete', 'Read BD_ADDR', 'Note'], objects
    assert objects[1]['parameters']['status'] == 'Success' and objects[1]['time'] == 1700000000.000001


def test_bt_sniff_tells_what_is_malformed_and_goes_on(t):
    data = recording((2, 0, '030C00'))
    write(t, 'cut', data + data[16:-1])
    out, err = t.shell('kin bt sniff -r cut', status=1)
    assert out == '< hci0 command Reset\n' and 'cut: byte 43: a record without its end' in err, (out, err)
    _, err = t.shell('kin bt sniff -r cut -w nowhere/x', status=1)
    assert 'nowhere/x' in err and 'ENOENT' in err, err
