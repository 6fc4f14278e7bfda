"""Networks between a program and a server: toxiproxy delays what goes either way, or slows each connection down."""

import json
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass

START_LIMIT = 20  # seconds


@dataclass(frozen=True)
class Network:
    name: str
    round_trip_ms: int = 0
    kilobytes_per_second: int = 0  # of each connection, each way

    @property
    def straight(self):
        return self.round_trip_ms == 0 and self.kilobytes_per_second == 0

    def toxics(self):
        for stream in ("upstream", "downstream"):
            if self.round_trip_ms:
                yield {"type": "latency", "stream": stream, "attributes": {"latency": self.round_trip_ms // 2}}
            if self.kilobytes_per_second:
                yield {"type": "bandwidth", "stream": stream, "attributes": {"rate": self.kilobytes_per_second}}


STRAIGHT = Network("straight")
NEAR = Network("4 ms", round_trip_ms=4)
FAR = Network("50 ms", round_trip_ms=50)
NARROW = Network("20 MB/s", kilobytes_per_second=20_000)


class Proxies:
    def __init__(self, program, log):
        self.program = program
        self.log = log
        self.process = None
        self.port = None
        self.uris = {}

    def uri(self, server, network):
        """The URI of the server as seen through the network."""
        if network.straight:
            return server.uri
        key = (server.name, network.name)
        if key not in self.uris:
            self.start()
            name = f"{server.name}-{len(self.uris)}"
            proxy = self.ask("/proxies", {"name": name, "listen": "127.0.0.1:0", "upstream": server.address})
            for toxic in network.toxics():
                self.ask(f"/proxies/{name}/toxics", toxic)
            self.uris[key] = f"mongodb://{proxy['listen']}"
        return self.uris[key]

    def start(self):
        if self.process is not None:
            return
        self.port = free_port()
        with open(self.log, "ab") as log:
            command = [str(self.program), "-host", "127.0.0.1", "-port", str(self.port)]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + START_LIMIT
        while True:
            try:
                self.ask("/version")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"bench: toxiproxy did not start; see {self.log}") from None
                time.sleep(0.02)

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"{}")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
