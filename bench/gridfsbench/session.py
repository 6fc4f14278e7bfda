"""All that one run of the benchmark has at hand: servers, links, data, the means to measure."""

import itertools
import shutil
from dataclasses import dataclass

import pymongo

from .data import listed_name, Tree, make_noise, make_text, sum_of_file
from .install import has_its_own_network
from .keeper import Keeper
from .measuring import Measurer
from .networks import STRAIGHT, Links, raise_loopback
from .places import BUILT, MEMORY, fits_memory, make_scratch
from .servers import make_servers
from .sizes import LISTED_FILE, MIB, SMALL_FILE

DATABASE = "bench"
JOURNAL = 512 * MIB  # of mongod, at the least
TYPED = ("txt", "html", "jpg", "png", "pdf", "json", "gz", "mp4", "css", "unknown")


@dataclass(frozen=True)
class Place:
    """Where a program works."""

    uri: str
    bucket: str = ""
    database: str = DATABASE


class Session:
    def __init__(self, sizes, disk):
        self.sizes = sizes
        self.disk = make_scratch(disk or BUILT)
        self.memory = make_scratch(MEMORY if fits_memory(16 * sizes.large + JOURNAL) else self.disk)
        self.own_network = has_its_own_network()
        if self.own_network:
            raise_loopback()
        self.links = Links()
        self.measurer = Measurer(self.memory)
        self.servers = make_servers(self.memory, self.disk, self.own_network)
        self.clients = {}
        self.numbers = itertools.count(1)
        self.made = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in self.clients.values():
            client.close()
        for server in self.servers.values():
            server.stop()
        self.links.stop()
        shutil.rmtree(self.memory, ignore_errors=True)
        shutil.rmtree(self.disk, ignore_errors=True)

    def place(self, server_name, bucket="", network=STRAIGHT):
        port = self.servers[server_name].started().port
        return Place(f"mongodb://{self.links.address(network)}:{port}", bucket)

    def keeper(self, server_name, bucket):
        if server_name not in self.clients:
            self.clients[server_name] = pymongo.MongoClient(self.place(server_name).uri)
        return Keeper(self.clients[server_name], DATABASE, bucket)

    def fresh_name(self):
        return f"n{next(self.numbers)}"

    def once(self, key, make):
        """What `make` gives for this key, made when it is first asked for."""
        if key not in self.made:
            self.made[key] = make()
        return self.made[key]

    def file(self, size, make=make_noise):
        """A file of this size, and its sum."""

        def made():
            path = self.memory / self.fresh_name()
            make(path, size)
            return path, sum_of_file(path)

        return self.once((make, size), made)

    def text(self, size):
        return self.file(size, make_text)

    def small_tree(self, count):
        return self.once(("small", count), lambda: Tree(self.memory / f"small-{count}", count, SMALL_FILE, ["bin"]))

    def typed_tree(self, count):
        return self.once(("typed", count), lambda: Tree(self.memory / f"typed-{count}", count, SMALL_FILE, TYPED))

    def listed_bucket(self, server_name, count):
        """A bucket of many small files, whose names ascend."""

        def made():
            bucket, content = self.fresh_name(), bytes(LISTED_FILE)
            self.keeper(server_name, bucket).fill((listed_name(number), content) for number in range(count))
            return bucket

        return self.once(("listed", server_name, count), made)
