"""Links between a program and a server, made by the kernel in a network namespace: real TCP, with its buffers.

tests/support/far_link.py says how packets are delayed.
"""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass

from .places import BENCH, LOG, ROOT

sys.path.append(str(ROOT / "tests" / "support"))
from far_link import make_device, reflect  # noqa: E402


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


if __name__ == "__main__":
    number, one_way, packet_size = sys.argv[1:]
    tun = make_device(f"link{number}", f"10.9.{number}.1", f"10.9.{number}.2", packet_size)
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))  # a line does not wait for a processor
    print("ready", flush=True)
    reflect(tun, float(one_way))
