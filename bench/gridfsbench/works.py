"""The pieces of work. Each readies what a program needs, says how it is called, and checks what it did."""

import shutil

from .data import made_up_id, sum_of_file, sum_of_made_up, sums_of_tree
from .keeper import KeeperError
from .servers import request_log

PREFIX = "tree/"


class WrongResult(Exception):
    """The program said that all went well, and it did not."""


class Work:
    method = ""  # of Program

    def __init__(self, session, server, network):
        self.session, self.server, self.network = session, server, network

    def prepare(self):
        """What all programs share, made once."""

    def begin(self):
        """What one run needs; its result is given to the other methods."""

    def command(self, program, begun):
        raise NotImplementedError

    def check(self, program, begun, measurement):
        """Raises WrongResult."""

    def end(self, begun):
        """Removes what one run left."""

    def finish(self):
        """Removes what prepare() made."""

    def place(self, bucket):
        """Where the program works."""
        return self.session.place(self.server, bucket, self.network)

    def ask(self, command, bucket, **more):
        return self.session.keeper.ask(self.session.place(self.server, bucket), command, **more)

    @property
    def server_holds_it(self):
        return self.session.servers[self.server].holds_what_is_put

    def expect_bucket(self, bucket, *expected):
        """That it holds what one of these says, and nothing else."""
        if not self.server_holds_it:
            return
        try:
            found = self.ask("digest", bucket)
        except KeeperError as error:
            raise WrongResult(f"the bucket is not whole: {error}") from error
        if found["files"] not in expected or found["count"] != len(found["files"]):
            raise WrongResult(f"the bucket holds {found['count']} files, not those expected")

    def drop(self, bucket):
        if self.server_holds_it:
            self.ask("drop", bucket)


class InFreshBucket(Work):
    """Work that stores: a bucket of its own for every run."""

    def begin(self):
        return self.session.fresh_name("b")

    def end(self, begun):
        self.drop(begun)


class FromSharedBucket(Work):
    """Work that reads: one bucket for all runs, a fresh local path for each."""

    bucket = None

    def begin(self):
        return self.session.fresh_path()

    def finish(self):
        self.drop(self.bucket)


class Put(InFreshBucket):
    method = "put"

    def __init__(self, session, server, network, size):
        super().__init__(session, server, network)
        self.size = size

    def prepare(self):
        self.path, self.sum = self.session.file(self.size)

    def command(self, program, begun):
        return program.put(self.place(begun), self.path, "large.bin")

    def check(self, program, begun, measurement):
        self.expect_bucket(begun, {"large.bin": self.sum})


class Get(FromSharedBucket):
    method = "get"

    def __init__(self, session, server, network, size):
        super().__init__(session, server, network)
        self.size = size

    def prepare(self):
        self.bucket = self.session.fresh_name("b")
        if self.server_holds_it:
            path, self.sum = self.session.file(self.size)
            self.id = self.ask("fill-file", self.bucket, path=str(path), name="large.bin")["ids"][0]
        else:
            self.id, self.sum = made_up_id(self.size), sum_of_made_up(self.size)

    def command(self, program, begun):
        return program.get(self.place(self.bucket), self.id, begun, self.size)

    def check(self, program, begun, measurement):
        if sum_of_file(begun) != self.sum:
            raise WrongResult("the bytes fetched are not those stored")

    def end(self, begun):
        begun.unlink(missing_ok=True)


class PutTree(InFreshBucket):
    method = "put_tree"

    def __init__(self, session, server, network, tree):
        super().__init__(session, server, network)
        self.make_tree = tree

    def prepare(self):
        self.tree = self.make_tree()

    def command(self, program, begun):
        return program.put_tree(self.place(begun), self.tree.root, PREFIX)

    def check(self, program, begun, measurement):
        prefixes = PREFIX, f"{PREFIX}{self.tree.root.name}/"  # with or without the directory's own name
        sums = self.tree.sums.items()
        self.expect_bucket(begun, *({prefix + path: digest for path, digest in sums} for prefix in prefixes))


class GetTree(FromSharedBucket):
    method = "get_tree"

    def __init__(self, session, server, network, tree):
        super().__init__(session, server, network)
        self.make_tree = tree

    def prepare(self):
        self.tree = self.make_tree()
        self.bucket = self.session.fresh_name("b")
        self.ask("fill-tree", self.bucket, path=str(self.tree.root), name=PREFIX)

    def command(self, program, begun):
        begun.mkdir()
        return program.get_tree(self.place(self.bucket), PREFIX, begun)

    def check(self, program, begun, measurement):
        root = begun / PREFIX if (begun / PREFIX).is_dir() else begun
        if sums_of_tree(root) != self.tree.sums:
            raise WrongResult("the tree fetched is not the one stored")

    def end(self, begun):
        shutil.rmtree(begun, ignore_errors=True)


class List(FromSharedBucket):
    method = "ls"

    def __init__(self, session, server, network, form):
        super().__init__(session, server, network)
        self.form = form
        self.count = session.sizes.listing

    def prepare(self):
        self.bucket = self.session.fresh_name("b")
        if self.server_holds_it:
            self.ask("fill-listing", self.bucket, count=self.count)

    def command(self, program, begun):
        return program.ls(self.place(self.bucket), self.form)

    def check(self, program, begun, measurement):
        lines = measurement.output.splitlines()
        names = [line[line.find(b"listing/file-") :][: len("listing/file-00000000.bin")] for line in lines]
        if names != [b"listing/file-%08d.bin" % number for number in range(self.count)]:
            raise WrongResult(f"{len(lines)} lines, and not one for each of {self.count} files in their order")


class Remove(Work):
    method = "rm"

    def __init__(self, session, server, network, count):
        super().__init__(session, server, network)
        self.count = count

    def prepare(self):
        self.tree = self.session.small_tree(self.count)

    def begin(self):
        bucket = self.session.fresh_name("b")
        if not self.server_holds_it:
            return bucket, [made_up_id(number) for number in range(self.count)]
        return bucket, self.ask("fill-tree", bucket, path=str(self.tree.root), name=PREFIX)["ids"]

    def command(self, program, begun):
        bucket, ids = begun
        return program.rm(self.place(bucket), ids)

    def check(self, program, begun, measurement):
        self.expect_bucket(begun[0], {})

    def end(self, begun):
        self.drop(begun[0])


class Start(Work):
    """Being started, saying one's version, ending."""

    method = "version"

    def command(self, program, begun):
        return program.version()



class FirstByte(Get):
    """Fetching, of which only the requests up to the first for chunks are counted."""

    def begin(self):
        request_log(self.session.scratch).write_bytes(b"")
        return super().begin()

    def check(self, program, begun, measurement):
        super().check(program, begun, measurement)
        requests = request_log(self.session.scratch).read_text().splitlines()
        until = [number for number, request in enumerate(requests, 1) if is_find_of_chunks(request)]
        measurement.requests = until[0] if until else None


def is_find_of_chunks(request):
    command, _, collection = request.partition(" ")
    return command == "find" and collection.endswith(".chunks")
