#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kin beside BlueZ's programs, and both beside bare system calls, between two virtual controllers (kin-air) in one
run of the VM.

  sniff     kin bt sniff, kin dump, btmon and bare recvmmsg(2) record the monitor while l2test sends messages of
            L2CAP as fast as it can

A tenth of --frames are sent; a "frame" of the table is a packet that the monitor told. CPU, ratios and medians are as
of the part for CAN (can.py); drops are packets of data that were sent and are not in the recording. btmon decodes and
prints each packet even when it records: what it prints goes to /dev/null.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from can import print_table, summarize  # noqa: E402
from measure import BUILD, FLOOR_HCI, KIN, REPO, Receiver  # noqa: E402

AIR = os.path.join(BUILD, 'vcan-setup', 'kin-air')
PSM, SIZE = '4113', 600
MONITOR = 'hci:none,channel=monitor'
ACL_TX, ACL_RX = 4, 5


# ---- sniff ----------------------------------------------------------------------------------

RECORDERS = {
    'kin bt sniff -w': [KIN, 'bt', 'sniff', '-f', 'btsnoop', '-w', 'recording'],
    'kin dump -w': [KIN, 'dump', '-f', 'btsnoop', '-w', 'recording', MONITOR],
    'btmon -w': ['btmon', '-w', 'recording'],
    'floor': [FLOOR_HCI, 'recording'],
}
GOALS = {'btmon -w': 0.2, 'floor': 1.5}


def records(name):
    """(opcode, length) of each packet of a recording in btsnoop."""
    with open(name, 'rb') as file:
        data = file.read()
    at = 16
    while at + 24 <= len(data):
        length = int.from_bytes(data[at + 4:at + 8], 'big')
        yield int.from_bytes(data[at + 10:at + 12], 'big'), length
        at += 24 + length


def until_it_records(process):
    while not os.path.exists('recording') or os.path.getsize('recording') < 100:
        if process.poll() is not None:
            raise SystemExit(f'{process.args}: status {process.returncode}')
        time.sleep(0.02)
    time.sleep(0.2)


def send(addresses, frames):
    """Messages from the first controller to the second."""
    sink = subprocess.Popen(['l2test', '-r', '-i', addresses[1], '-P', PSM, '-I', '672'],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    # What waits to be sent has a second for that.
    subprocess.run(['l2test', '-s', '-i', addresses[0], '-P', PSM, '-b', str(SIZE), '-N', str(frames), '-g', '1000',
                    addresses[1]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sink.terminate()
    sink.wait()


def record(who, addresses, frames):
    receiver = Receiver(RECORDERS[who], ready=until_it_records)
    send(addresses, frames)
    cpu, memory = receiver.end()
    seen = list(records('recording'))
    data = sum(opcode in (ACL_TX, ACL_RX) and length > SIZE for opcode, length in seen)
    for name in 'recording', 'said':
        os.remove(name)
    return {'frames': len(seen), 'cpu_us': cpu / max(len(seen), 1) * 1e6, 'memory_kib': memory,
            'drops': 2 * frames - data}


def measure_sniff(addresses, options):
    for _ in range(options.repeat):
        for who in RECORDERS:
            yield {'what': 'sniff', 'who': who, **record(who, addresses, options.frames), 'goal': GOALS.get(who)}


# ---- All of it ------------------------------------------------------------------------------

PARTS = {
    'sniff': measure_sniff,
}


def inside(options):
    """In the VM: every measurement as a line of JSON."""
    for module in 'drbg', 'hci_vhci':
        subprocess.run(['modprobe', '-q', module], check=False)
    with subprocess.Popen([AIR, '--up'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as air:
        addresses = [air.stdout.readline().split()[1] for _ in range(2)]
        for part in options.part or PARTS:
            with tempfile.TemporaryDirectory() as folder:
                os.chdir(folder)
                for row in PARTS[part](addresses, options):
                    print(json.dumps(row), flush=True)
                os.chdir('/')
        air.terminate()


def run(options):
    """One run of the VM; the measurements."""
    command = [os.path.join(REPO, 'vcan-setup', 'vm'), '--timeout', '14400', *(['--counted'] if options.counted else []),
               '--', 'env', f'KIN={KIN}', __file__, '--frames', str(options.frames // 10),
               '--repeat', str(options.repeat)]
    done = subprocess.run(command, cwd=REPO, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f'the VM ended with status {done.returncode}')
    return [json.loads(line) for line in done.stdout.splitlines()]


def bench(options):
    rows = summarize(run(options))
    if not options.json:
        print_table(rows)
        return
    for row in rows:
        print(json.dumps(row))


def main():
    parser = argparse.ArgumentParser(description='Inside the VM: measurements as they come.')
    parser.add_argument('--frames', type=int, default=5000)
    parser.add_argument('--repeat', type=int, default=3)
    parser.add_argument('--part', action='append', choices=PARTS)
    inside(parser.parse_args())


if __name__ == '__main__':
    main()
