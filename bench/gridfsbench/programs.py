"""The programs that are measured: for each piece of work, the command line that does it."""

import shutil
import subprocess

from .places import BENCH, BUILT, PYTHON


class Program:
    """Work that the program does not do is a method that it does not have."""

    name = ""
    ours = False
    flushes = False  # what it has fetched to the disk, before it ends
    path = ""

    def __init__(self):
        said = subprocess.run(self.version(), capture_output=True, text=True).stdout.splitlines()
        self.label = said[0] if said else self.name

    def does(self, work):
        return hasattr(self, work)

    def version(self):
        return [self.path, "--version"]


class Ours(Program):
    ours = True
    flushes = True

    def __init__(self, path, variant="", options=(), uri_options=""):
        self.path, self.options, self.uri_options = path, options, uri_options
        self.name = f"gridfs {variant}".strip()
        super().__init__()

    def help(self):
        return [self.path, "--help"]

    def command(self, place, *rest):
        uri = f"{place.uri}/?{self.uri_options}" if self.uri_options else place.uri
        return [self.path, "--uri", uri, "--db", place.database, "--bucket", place.bucket, *rest, *self.options]

    def put(self, place, path, name):
        return self.command(place, "put", path, "--name", name)

    def get(self, place, file_id, path, _):
        return self.command(place, "get", file_id, "-o", path)

    def put_tree(self, place, root, prefix):
        return self.command(place, "put", "-r", root, "--name-prefix", prefix)

    def get_tree(self, place, prefix, root):
        return self.command(place, "get-by-name", "-r", prefix, "-o", f"{root}/")

    def ls(self, place, form):
        return self.command(place, "ls", *form)

    def rm(self, place, ids):
        return self.command(place, "rm", *ids)

    def rm_tree(self, place, prefix):
        return self.command(place, "rm", "-r", prefix)

    def check(self, place, form):
        return self.command(place, "check", *form)


class Peer(Program):
    """One of the small programs under peers/, which share a command line."""

    def __init__(self, name, *program):
        self.name, self.program = name, program
        super().__init__()

    def version(self):
        return [*self.program, "--version"]

    def command(self, place, *rest):
        return [*self.program, place.uri, place.database, place.bucket, *rest]

    def put(self, place, path, name):
        return self.command(place, "put", path, name)

    def get(self, place, file_id, path, _):
        return self.command(place, "get", file_id, path)

    def put_tree(self, place, root, prefix):
        return self.command(place, "put-tree", root, prefix)

    def get_tree(self, place, prefix, root):
        return self.command(place, "get-tree", prefix, root)

    def ls(self, place, form):
        return self.command(place, "ls", *form)

    def rm(self, place, ids):
        return self.command(place, "rm", *ids)


class Mongofiles(Program):
    name = "mongofiles"

    def __init__(self, path):
        self.path = path
        super().__init__()

    def command(self, place, *rest):
        return [self.path, "--quiet", f"--uri={place.uri}", f"--db={place.database}", f"--prefix={place.bucket}", *rest]

    def put(self, place, path, name):
        return self.command(place, f"--local={path}", "put", name)

    def get(self, place, file_id, path, _):
        return self.command(place, f"--local={path}", "get_id", f'{{"$oid": "{file_id}"}}')

    def ls(self, place, _):
        return self.command(place, "list")


class Floor(Program):
    """The same bytes through a bare socket, to a server of its own wherever the others are sent."""

    name = "bare socket"

    def __init__(self, port):
        self.path, self.label, self.port = BUILT / "floor", self.name, str(port)

    def put(self, place, path, _):
        return [self.path, "put", self.port, path]

    def get(self, place, _, path, length):
        return [self.path, "get", self.port, path, str(length)]


def make_peers():
    peers = [
        Peer("pymongo", PYTHON, BENCH / "peers" / "pymongo" / "peer.py"),
        Peer("Go driver", BUILT / "godriver"),
        Peer("libmongoc", BUILT / "libmongoc"),
    ]
    mongofiles = shutil.which("mongofiles")
    return [*peers, Mongofiles(mongofiles)] if mongofiles else peers
