"""The two ends of a far link, on one tun device: real TCP whose packets take their time.

What is sent to the far address comes back to the near one after a delay, with source and destination exchanged, so that a
server in the same namespace is reached as if it were far. (netem would delay packets in the kernel, but few kernels have
it.)
"""

import collections
import fcntl
import os
import select
import struct
import subprocess
import sys
import time


def make_device(name, near, far, mtu):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    set_interface, tun, no_packet_information = 0x400454CA, 0x0001, 0x1000
    fcntl.ioctl(device, set_interface, struct.pack("16sH22x", name.encode(), tun | no_packet_information))
    subprocess.run(["ip", "address", "add", near, "peer", far, "dev", name], check=True)
    subprocess.run(["ip", "link", "set", name, "mtu", str(mtu), "txqueuelen", "10000", "up"], check=True)
    return device


def reflect(device, delay):
    """Until standard input ends. Exchanging the addresses leaves the checksums right."""
    waiting = collections.deque()
    while True:
        left = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([device, sys.stdin], [], [], left)
        if sys.stdin in readable:
            return
        if device in readable:
            packet = os.read(device, 65536)
            if packet[0] >> 4 == 4:
                packet = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
                waiting.append((time.monotonic() + delay, packet))
        while waiting and waiting[0][0] <= time.monotonic():
            os.write(device, waiting.popleft()[1])
