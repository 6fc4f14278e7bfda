"""Links between a program and a server, made by the kernel in a network namespace: real TCP, with its buffers.

A tun device has two addresses. What is sent to the far one comes back to the near one after a delay, with source and
destination exchanged, so that a server in the same namespace is reached as if it were far. (netem would delay packets
in the kernel, but not every kernel has it.)
"""

import collections
import contextlib
import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass

from .places import BENCH, LOG


@dataclass(frozen=True)
class Network:
    name: str
    number: int = 0  # of its device
    round_trip: float = 0  # seconds
    rate: str = ""  # as tc has it; what both directions share
    mtu: int = 65535  # as the loopback's; less where the rate counts

    @property
    def server(self):
        return f"10.9.{self.number}.2" if self.number else "127.0.0.1"


STRAIGHT = Network("straight")
NEAR = Network("4 ms", 1, round_trip=0.004)
FAR = Network("50 ms", 2, round_trip=0.050)
NARROW = Network("100 Mbit/s", 3, rate="100mbit", mtu=1500)


class Links:
    """Those that were asked for; they end with this process."""

    def __init__(self):
        self.processes = {}

    def address(self, network):
        """Where a server on all addresses is reached through the network."""
        if network is not STRAIGHT and network not in self.processes:
            self.processes[network] = start_link(network)
        return network.server

    def stop(self):
        for process in self.processes.values():
            process.communicate()


def start_link(network):
    arguments = [str(part) for part in (network.number, network.round_trip / 2, network.mtu)]
    command = [sys.executable, "-B", "-m", "gridfsbench.networks", *arguments]
    with open(LOG, "ab") as log:
        process = subprocess.Popen(command, cwd=BENCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    if process.stdout.readline() != b"ready\n":
        raise SystemExit(f"bench: no link of {network.name}; see {LOG}")
    if network.rate:
        limits = ["rate", network.rate, "burst", "32kb", "latency", "400ms"]
        run("tc", "qdisc", "add", "dev", f"link{network.number}", "root", "tbf", *limits)
    return process


def raise_loopback():
    run("ip", "link", "set", "lo", "up")


def run(*command):
    subprocess.run(command, check=True)


def make_device(number, mtu):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    name = f"link{number}"
    set_interface, tun, no_packet_information = 0x400454CA, 0x0001, 0x1000
    fcntl.ioctl(device, set_interface, struct.pack("16sH22x", name.encode(), tun | no_packet_information))
    run("ip", "address", "add", f"10.9.{number}.1", "peer", f"10.9.{number}.2", "dev", name)
    run("ip", "link", "set", name, "mtu", mtu, "txqueuelen", "10000", "up")
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


if __name__ == "__main__":
    tun = make_device(sys.argv[1], sys.argv[3])
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))  # a line does not wait for a processor
    print("ready", flush=True)
    reflect(tun, float(sys.argv[2]))
