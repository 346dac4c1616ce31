# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples that need Bluetooth controllers, in the VM: each is run as it stands in the man pages, on a pair of
kin-air that is what it was before for each of them. What does not end by itself is asked to."""
import os
import re
import signal
import subprocess
import time

from harness import KIN, SECONDS, Skip, wait_until
from test_can_examples import minds_signals
from test_examples import BLUETOOTH, SCENES, examples, run_all, scene

AIR = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(KIN))), 'vcan-setup/kin-air')


def has_bluetooth():
    return os.path.exists('/dev/vhci') or subprocess.run(['modprobe', '-q', 'hci_vhci'], check=False).returncode == 0


@scene('kin bt advertise hci0 --name thermometer --uuid 1809 --connectable --discoverable')
def advertise(t, line):
    process = t.start(line)
    wait_until(lambda: '"instances":[1]' in t.shell('kin bt show hci0 --json')[0], 'an instance')
    out, _ = t.shell('kin bt scan hci1 --type le --uuid 1809 --duration 3s')
    assert '"thermometer"' in out, out
    t.stop(process)
    assert '"instances":[]' in t.shell('kin bt show hci0 --json')[0]


@scene('kin bt scan hci0')
def scan(t, line):
    out, _ = t.shell(line)
    assert '00:AA:01:01:00:02  BR/EDR' in out, out


def run_to_its_end(t, line):
    """Or, when there is none, until it is asked to end."""
    process = t.start(line)
    if line.startswith('kin bt sniff'):
        wait_until(lambda: minds_signals(process), line)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
    t.finish(process)


def test_bluetooth_examples_run(t):
    if os.geteuid() != 0 or not has_bluetooth():
        raise Skip('no Bluetooth here')
    lines = [line for line in examples(t) if re.search(BLUETOOTH, line)]
    assert lines
    for line in lines:
        SCENES.setdefault(line, run_to_its_end)
        with subprocess.Popen([AIR, '--up'], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as air:
            try:
                names = [air.stdout.readline().split()[0] for _ in range(2)]
                assert names == [b'hci0', b'hci1'], names
                run_all(t, [line])
            finally:
                air.terminate()
                air.wait(SECONDS)
        wait_until(lambda: not os.listdir('/sys/class/bluetooth'), 'their end')
