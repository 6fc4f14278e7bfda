"""The programs that are measured: for each piece of work, the command line that does it."""

import shutil
import subprocess

from .places import BENCH


class Program:
    """A method that is not there, or returns None, is work that the program does not do."""

    name = ""
    ours = False

    def lacks(self, work):
        """Why the program cannot do this work, or None."""
        return None if hasattr(self, work) else "has no such command"


class Ours(Program):
    name = "gridfs"
    ours = True

    def __init__(self, path, jobs=None):
        self.path = path
        self.options = [] if jobs is None else ["--jobs", str(jobs)]
        self.label = self.version_line()

    def version_line(self):
        return subprocess.run([self.path, "--version"], capture_output=True, text=True).stdout.strip() or self.name

    def lacks(self, work):
        if self.options and not self.offers("--jobs"):
            return "has no --jobs"
        command = {"put_tree": "put", "get_tree": "get-by-name"}.get(work)
        if command is None or self.offers("--recursive", command):
            return None
        return f"{command} has no --recursive"

    def offers(self, option, *command):
        said = subprocess.run([self.path, *command, "--help"], capture_output=True, text=True).stdout
        return option in said

    def command(self, place, *rest):
        at = ["--uri", place.uri, "--db", place.database, "--bucket", place.bucket]
        return [self.path, *at, *self.options, *rest]

    def version(self):
        return [self.path, "--version"]

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


class Peer(Program):
    """One of the small programs under peers/, which share a command line."""

    def __init__(self, name, program, place_arguments):
        self.name = name
        self.program = program
        self.place_arguments = place_arguments
        self.label = subprocess.run(self.version(), capture_output=True, text=True).stdout.strip()

    def version(self):
        return [*self.program, "--version"]

    def command(self, place, *rest):
        return [*self.program, *self.place_arguments(place), *rest]

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
        said = subprocess.run(self.version(), capture_output=True, text=True).stdout.splitlines()
        self.label = said[0] if said else self.name

    def version(self):
        return [self.path, "--version"]

    def command(self, place, *rest):
        return [self.path, "--quiet", f"--uri={place.uri}", f"--db={place.database}", f"--prefix={place.bucket}", *rest]

    def put(self, place, path, name):
        return self.command(place, f"--local={path}", "put", name)

    def get(self, place, file_id, path, _):
        return self.command(place, f"--local={path}", "get_id", f'{{"$oid": "{file_id}"}}')

    def ls(self, place, form):
        return self.command(place, "list")

    def lacks(self, work):
        return None if work in ("version", "put", "get", "ls") else "has no such command"


class Floor(Program):
    """The same bytes through a bare socket."""

    name = "bare socket"
    label = "bare socket"

    def __init__(self, path):
        self.path = path

    def put(self, place, path, _):
        return [self.path, "put", port_of(place), path]

    def get(self, place, _, path, length):
        return [self.path, "get", port_of(place), path, str(length)]


def port_of(place):
    return place.uri.rpartition(":")[2]


def make_peers(tools):
    script = BENCH / "peers" / "pymongo" / "peer.py"

    def options(place):
        return ["--uri", place.uri, "--db", place.database, "--bucket", place.bucket]

    def operands(place):
        return [place.uri, place.database, place.bucket]

    peers = [
        Peer("pymongo", [tools.python, script], options),
        Peer("Go driver", [tools.godriver], options),
        Peer("libmongoc", [tools.libmongoc], operands),
    ]
    mongofiles = shutil.which("mongofiles")
    return [*peers, Mongofiles(mongofiles)] if mongofiles else peers
