"""The pieces of work. Each readies what a program needs, says how it is called, and checks what it did."""

import shutil

from pymongo.errors import PyMongoError

from .data import listed_directory, listed_name, made_up_id, sum_of_file, sum_of_made_up, sums_of_tree
from .keeper import NotWhole
from .sizes import LISTED_FILE

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

    def check(self, begun, measurement):
        """Raises WrongResult."""

    def end(self, begun):
        """Removes what one run left."""

    def finish(self):
        """Removes what prepare() made."""

    def place(self, bucket):
        """Where the program works."""
        return self.session.place(self.server, bucket, self.network)

    def keeper(self, bucket):
        return self.session.keeper(self.server, bucket)

    @property
    def server_holds_it(self):
        return self.session.servers[self.server].holds_what_is_put

    def expect_bucket(self, bucket, *expected):
        """That it holds what one of these says, and nothing else."""
        if not self.server_holds_it:
            return
        try:
            found = self.keeper(bucket).digest()
        except (NotWhole, PyMongoError) as error:
            raise WrongResult(f"the bucket is not whole: {error}") from error
        if found not in expected:
            raise WrongResult(f"the bucket holds {len(found)} files, not those expected")

    def drop(self, bucket):
        if self.server_holds_it:
            self.keeper(bucket).drop()


class InFreshBucket(Work):
    """Work that stores: a bucket of its own for every run."""

    def begin(self):
        return self.session.fresh_name()

    def end(self, begun):
        self.drop(begun)


class FromSharedBucket(Work):
    """Work that fetches: one bucket for all runs, a fresh path below `target` for each."""

    bucket = None

    def __init__(self, *where, target):
        super().__init__(*where)
        self.target = target

    def begin(self):
        return self.target / self.session.fresh_name()

    def finish(self):
        self.drop(self.bucket)


class Put(InFreshBucket):
    method = "put"

    def __init__(self, *where, file):
        super().__init__(*where)
        self.make_file = file

    def prepare(self):
        self.path, self.sum = self.make_file()

    def command(self, program, begun):
        return program.put(self.place(begun), self.path, "large.bin")

    def check(self, begun, measurement):
        self.expect_bucket(begun, {"large.bin": self.sum})


class Get(FromSharedBucket):
    method = "get"

    def __init__(self, *where, target, file):
        super().__init__(*where, target=target)
        self.make_file = file

    def prepare(self):
        path, self.sum = self.make_file()
        self.size = path.stat().st_size
        self.bucket = self.session.fresh_name()
        if self.server_holds_it:
            (self.id,) = self.keeper(self.bucket).fill([("large.bin", path)])
        else:
            self.id, self.sum = made_up_id(self.size), sum_of_made_up(self.size)

    def command(self, program, begun):
        return program.get(self.place(self.bucket), self.id, begun, self.size)

    def check(self, begun, measurement):
        if sum_of_file(begun) != self.sum:
            raise WrongResult("the bytes fetched are not those stored")

    def end(self, begun):
        begun.unlink(missing_ok=True)


class OfTree(Work):
    """Work on the files of a tree, and the names that they have in a bucket."""

    def __init__(self, *where, tree, **more):
        super().__init__(*where, **more)
        self.make_tree = tree

    def prepare(self):
        self.tree = self.make_tree()

    def fill(self, bucket):
        return self.keeper(bucket).fill((PREFIX + path, self.tree.root / path) for path in self.tree.sums)


class PutTree(OfTree, InFreshBucket):
    method = "put_tree"

    def command(self, program, begun):
        return program.put_tree(self.place(begun), self.tree.root, PREFIX)

    def check(self, begun, measurement):
        prefixes = PREFIX, f"{PREFIX}{self.tree.root.name}/"  # with or without the directory's own name
        sums = self.tree.sums.items()
        self.expect_bucket(begun, *({prefix + path: digest for path, digest in sums} for prefix in prefixes))


class GetTree(OfTree, FromSharedBucket):
    method = "get_tree"

    def prepare(self):
        super().prepare()
        self.bucket = self.session.fresh_name()
        self.fill(self.bucket)

    def command(self, program, begun):
        begun.mkdir()
        return program.get_tree(self.place(self.bucket), PREFIX, begun)

    def check(self, begun, measurement):
        root = begun / PREFIX if (begun / PREFIX).is_dir() else begun
        if sums_of_tree(root) != self.tree.sums:
            raise WrongResult("the tree fetched is not the one stored")

    def end(self, begun):
        shutil.rmtree(begun, ignore_errors=True)


class Remove(OfTree, InFreshBucket):
    method = "rm"

    def begin(self):
        bucket = super().begin()
        self.ids = self.fill(bucket)
        return bucket

    def command(self, program, begun):
        return program.rm(self.place(begun), self.ids)

    def check(self, begun, measurement):
        self.expect_bucket(begun, {})


class OnListedBucket(Work):
    """Work on a bucket of many files."""

    def __init__(self, *where, count, form=()):
        super().__init__(*where)
        self.count, self.form = count, form

    def prepare(self):
        self.bucket = self.session.listed_bucket(self.server, self.count)

    def command(self, program, begun):
        return getattr(program, self.method)(self.place(self.bucket), self.form)


class List(OnListedBucket):
    method = "ls"

    def check(self, begun, measurement):
        lines = measurement.output.splitlines()
        names = [line[line.find(b"listing/") :][: len(listed_name(0))] for line in lines]
        if names != [listed_name(number).encode() for number in range(self.count)]:
            raise WrongResult(f"{len(lines)} lines, and not one for each of {self.count} files in their order")


class Check(OnListedBucket):
    method = "check"

    def check(self, begun, measurement):
        if f"checked {self.count} files" not in measurement.error.replace(",", ""):
            raise WrongResult(f"not all files were checked: {measurement.error}")


class GetListed(OnListedBucket):
    """Fetches the hundred files in the middle."""

    method = "get_tree"

    def begin(self):
        return self.session.memory / self.session.fresh_name()

    def command(self, program, begun):
        begun.mkdir()
        return program.get_tree(self.place(self.bucket), listed_directory(self.count // 2), begun)

    def check(self, begun, measurement):
        sizes = [path.stat().st_size for path in begun.rglob("*.bin")]
        if sizes != [LISTED_FILE] * 100:
            raise WrongResult(f"{len(sizes)} files, not those expected")

    def end(self, begun):
        shutil.rmtree(begun, ignore_errors=True)


class RemoveListed(OnListedBucket):
    """Removes all of them, so that it has to be the last work on the bucket, and can be done once."""

    method = "rm_tree"

    def command(self, program, begun):
        return program.rm_tree(self.place(self.bucket), "listing/")

    def check(self, begun, measurement):
        self.expect_bucket(self.bucket, {})


class ListNothing(InFreshBucket):
    method = "ls"

    def command(self, program, begun):
        return program.ls(self.place(begun), ())


class Start(Work):
    """Being started, saying something, ending."""

    def __init__(self, *where, method):
        super().__init__(*where)
        self.method = method

    def command(self, program, begun):
        return getattr(program, self.method)()
