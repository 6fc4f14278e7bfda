"""Fixtures: the servers that make faults happen."""

import contextlib
import os
import socket
import sys
import threading
import uuid

import pymongo
import pytest

from certificates import Certificates
from harness import expect, wait_until
from mongod import Mongod
from proxy import Proxy
from scripted_server import ScriptedServer
from toxiproxy import Toxiproxy

SILENT_NAMESERVER = os.path.join(os.path.dirname(__file__), "silent_nameserver.py")


@pytest.fixture
def scripted(tmp_path_factory):
    """Starts scripted servers."""
    with contextlib.ExitStack() as servers:
        yield lambda *rules, **options: servers.enter_context(
            ScriptedServer(tmp_path_factory.mktemp("script"), *rules, **options))


@pytest.fixture
def two_files(gridfs, scripted):
    """A scripted server with the files `a` and `b`, each with two chunks."""
    server = scripted()
    for name in "ab":
        put = gridfs("put", "-", "--name", name, "--id", name, "--chunk-size", "4", stdin=b"content", uri=server.uri)
        expect(put, out=f"{name}\n")
    return server


@pytest.fixture(scope="session")
def toxiproxy():
    with Toxiproxy() as server:
        yield server


@pytest.fixture
def through(toxiproxy, gridfs):
    """Makes proxies before a server, or else before the one that the tests run on."""
    made = []

    def make(uri=None):
        made.append(toxiproxy.proxy(uuid.uuid4().hex, uri or gridfs.uri))
        return made[-1]

    yield make
    for proxy in made:
        proxy.remove()


@pytest.fixture
def between():
    """Makes proxies that hold commands back, before the server that a connection string names."""
    with contextlib.ExitStack() as proxies:
        yield lambda uri: proxies.enter_context(contextlib.closing(Proxy(uri)))


class StallingWay:
    """A way to a server for one connection, which takes so many bytes and then no more until it is drained."""

    def __init__(self, uri, bytes_to_server):
        (server,) = pymongo.uri_parser.parse_uri(uri)["nodelist"]
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        self.uri = f"mongodb://{host}:{port}/"
        self._stalled = threading.Event()
        threading.Thread(target=self._serve, args=(server, bytes_to_server), daemon=True).start()

    def wait(self):
        assert self._stalled.wait(20), "less came than it takes"

    def drain(self):
        """Takes what has come until then, to the end of the connection."""
        while self._client.recv(1 << 20):
            pass

    def close(self):
        for one in (self._listener, self._client, self._server):
            one.close()

    def _serve(self, server, left):
        self._client, _ = self._listener.accept()
        self._server = socket.create_connection(server)
        threading.Thread(target=self._answer, daemon=True).start()
        while left > 0 and (data := self._client.recv(min(left, 1 << 16))):
            self._server.sendall(data)
            left -= len(data)
        self._stalled.set()

    def _answer(self):
        with contextlib.suppress(OSError):
            while data := self._server.recv(1 << 16):
                self._client.sendall(data)


@pytest.fixture
def stalling():
    """Makes such ways."""
    with contextlib.ExitStack() as ways:
        yield lambda uri, **options: ways.enter_context(contextlib.closing(StallingWay(uri, **options)))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def mongod(tmp_path_factory):
    """Starts MongoDB with the options given; once for the same options."""
    with contextlib.ExitStack() as servers:
        running = {}

        def get(*options):
            if options not in running:
                running[options] = servers.enter_context(Mongod(tmp_path_factory.mktemp("mongod"), *options))
            return running[options]

        yield get


@pytest.fixture(scope="session")
def guarded(mongod):
    """MongoDB that demands a login, and PyMongo's client of its administrator."""
    server = mongod("--auth")
    with pymongo.MongoClient(server.uri("admin")) as anyone:
        anyone.admin.command("createUser", "root", pwd="root", roles=["root"])
    with pymongo.MongoClient(server.uri("admin"), username="root", password="root") as administrator:
        yield server, administrator


@pytest.fixture
def deaf_port():
    """Takes no connections and refuses none, as behind a firewall that drops what comes."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        wait_until(lambda: connecting_to(port) > 0)
        yield port


def connecting_to(port):
    """How many sockets of this machine wait for a port's answer."""
    syn_sent = "02"
    with open("/proc/net/tcp") as table:
        return sum(line.split()[2:4] == [f"0100007F:{port:04X}", syn_sent] for line in table)


@pytest.fixture
def asking(gridfs, tmp_path):
    """Starts the program with a name server that does not answer, and waits until it has asked it."""
    program, asked = gridfs.path, tmp_path / "asked"
    (tmp_path / "x").write_bytes(b"content")
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    gridfs.path = "unshare"

    def start(*arguments):
        asked.unlink(missing_ok=True)
        process = gridfs.start("--mount", "--net", *as_root, "--", sys.executable, SILENT_NAMESERVER, str(tmp_path), program, *arguments,
                               uri="mongodb://database.example")
        wait_until(asked.exists)
        return process

    yield start
    gridfs.path = program
