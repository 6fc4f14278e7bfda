"""The servers. Each says on standard output where it listens, and stops when this process ends."""

import json
import os
import re
import shutil
import subprocess
import threading

from .install import MONGOD
from .places import BUILT, DEVSERVER, LOG

MONGODB, MONGODB_ON_DISK, FERRETDB = "MongoDB", "MongoDB on disk", "FerretDB"
DISCARD, FLOOR = "discard", "floor"
START_LIMIT = 60  # seconds


class Server:
    def __init__(self, name, command, holds_what_is_put=True, version=""):
        self.name = name
        self.version = version
        self.command = [str(part) for part in command]
        self.holds_what_is_put = holds_what_is_put
        self.process = None
        self.port = None

    def started(self):
        if self.process is None:
            self.start()
        return self

    def start(self):
        with open(LOG, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        watchdog = threading.Timer(START_LIMIT, self.process.kill)
        watchdog.start()
        said = iter(self.process.stdout.readline, b"")
        self.port = next(filter(None, map(port_named, said)), None)
        watchdog.cancel()
        if self.port is None:
            raise SystemExit(f"bench: the server {self.name} did not start; see {LOG}")
        threading.Thread(target=self.keep_log, daemon=True).start()

    def keep_log(self):
        with open(LOG, "ab") as log:
            shutil.copyfileobj(self.process.stdout, log)

    def stop(self):
        if self.process is None:
            return
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def port_named(line):
    """In what a server says when it answers: the URI, or mongod's log entry."""
    if line.startswith(b"{"):
        entry = json.loads(line)
        return entry["attr"]["port"] if entry["msg"] == "Waiting for connections" else None
    found = re.match(rb"mongodb://127\.0\.0\.1:(\d+)", line)
    return int(found[1]) if found else None


def make_servers(memory, disk, own_network):
    servers = [
        Server(FERRETDB, [DEVSERVER, "--dir", memory / "ferretdb", "--until-stdin-closes"]),
        Server(DISCARD, [BUILT / "discard"], holds_what_is_put=False),
        Server(FLOOR, [BUILT / "floor", "serve"], holds_what_is_put=False),
    ]
    if os.environ[MONGOD]:
        listening = "0.0.0.0" if own_network else "127.0.0.1"
        servers += [mongodb(MONGODB, memory, listening), mongodb(MONGODB_ON_DISK, disk, listening)]
    return {server.name: server for server in servers}


def mongodb(name, directory, listening):
    data = directory / "mongodb"
    data.mkdir()
    options = ["--port", 0, "--bind_ip", listening, "--nounixsocket", "--dbpath", data, "--wiredTigerCacheSizeGB", 1]
    quiet = ["--setParameter", "diagnosticDataCollectionEnabled=false"]
    version = subprocess.run([os.environ[MONGOD], "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return Server(name, ["setpriv", "--pdeathsig", "KILL", os.environ[MONGOD], *options, *quiet], version=version)
