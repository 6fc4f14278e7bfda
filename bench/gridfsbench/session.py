"""All that one run of the benchmark has at hand: servers, networks, data, the means to measure."""

import itertools
import shutil

from .data import make_file, make_tree, mixed_sizes, sum_of_file
from .keeper import BucketPlace, Keeper
from .measuring import Measurer
from .networks import STRAIGHT, Proxies
from .servers import make_servers

DATABASE = "bench"


class Session:
    def __init__(self, tools, sizes, scratch):
        self.sizes = sizes
        self.scratch = scratch
        self.tools = tools
        self.measurer = Measurer(tools.measure, scratch)
        self.servers = make_servers(tools, sizes, scratch)
        self.proxies = Proxies(tools.toxiproxy, scratch / "proxies.log")
        self.keeper = Keeper(tools.python, scratch / "keeper.log")
        self.numbers = itertools.count(1)
        self.files = {}
        self.trees = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.keeper.stop()
        self.proxies.stop()
        for server in self.servers.values():
            server.stop()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def server(self, name):
        server = self.servers[name]
        server.start()
        return server

    def place(self, server_name, bucket, network=STRAIGHT):
        return BucketPlace(self.proxies.uri(self.server(server_name), network), DATABASE, bucket)

    def fresh_name(self, kind):
        return f"{kind}{next(self.numbers)}"

    def fresh_path(self):
        return self.scratch / self.fresh_name("out")

    def file(self, size):
        """A file of this many random bytes, and its sum."""
        if size not in self.files:
            path = make_file(self.scratch / f"file-{size}", size)
            self.files[size] = path, sum_of_file(path)
        return self.files[size]

    def small_tree(self, count):
        return self.tree(f"small-{count}", [self.sizes.small_file] * count)

    def mixed_tree(self):
        return self.tree("mixed", mixed_sizes(self.sizes.mixed_files, self.sizes.largest_mixed))

    def tree(self, name, sizes):
        if name not in self.trees:
            self.trees[name] = make_tree(self.scratch / name, sizes)
        return self.trees[name]
