"""The servers. Each prints its URI when it answers and stops when its standard input closes."""

import os
import subprocess
import threading
from contextlib import suppress

JAVA, FERRETDB, DISCARD, COUNTING, FLOOR = "mongo-java-server", "FerretDB", "discard", "discard, counting", "floor"
START_LIMIT = 60  # seconds
MIB = 1024 * 1024


class Server:
    def __init__(self, name, command, log, holds_what_is_put=True):
        self.name = name
        self.command = [str(part) for part in command]
        self.log = log
        self.holds_what_is_put = holds_what_is_put
        self.process = None
        self.uri = None

    def start(self):
        if self.process is not None:
            return
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        watchdog = threading.Timer(START_LIMIT, self.process.kill)
        watchdog.start()
        try:
            self.uri = self.process.stdout.readline().decode().strip().rstrip("/")
        finally:
            watchdog.cancel()
        if not self.uri.startswith("mongodb://"):
            self.stop()
            raise SystemExit(f"bench: the server {self.name} did not start; see {self.log}")

    @property
    def address(self):
        return self.uri.removeprefix("mongodb://")

    def stop(self):
        if self.process is None:
            return
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process = None


def make_servers(tools, sizes, scratch):
    heap = min(6 * 1024, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MIB // 3)
    log = scratch / "servers.log"
    java = ["java", f"-Xmx{heap}m", "-cp", tools.java_classes, "Main"]
    ferretdb = [tools.devserver, "--dir", scratch / "ferretdb", "--until-stdin-closes"]
    servers = [
        Server(JAVA, java, log),
        Server(FERRETDB, ferretdb, log),
        Server(DISCARD, [tools.discard, "--listing", sizes.listing], log, holds_what_is_put=False),
        Server(COUNTING, [tools.discard, "--log", request_log(scratch)], log, holds_what_is_put=False),
        Server(FLOOR, [tools.floor, "serve"], log, holds_what_is_put=False),
    ]
    return {server.name: server for server in servers}


def request_log(scratch):
    """Where the counting server writes the name of each request and the collection it is about, one a line."""
    return scratch / "requests.log"
