"""The primary steps down, or is killed, while a command is under way: the next one takes it over."""

import re

import pytest
from gridfs import GridFSBucket

from fail_points import FailCommand
from harness import expect, finish, only_id, sample, tree

LARGE = sample(14_000_000)  # some batches, and some replies
FILES = {f"t/{n:03}": sample(1000 + n, n) for n in range(200)} | {"t/large": sample(6_000_000)}


class Bucket:
    """What the set holds in the test's database, read from its primary."""

    def __init__(self, database):
        self._files, self._chunks = database["fs.files"], database["fs.chunks"]
        self.bucket = GridFSBucket(database, disable_md5=True)

    def store(self, files):
        """Gives the ids."""
        return [self.bucket.upload_from_stream(name, data) for name, data in files.items()]

    def expect_holds(self, files):
        """These files, each once, and no chunk besides."""
        found = list(self._files.find())
        assert sorted(file["filename"] for file in found) == sorted(files)
        for file in found:
            assert self.bucket.open_download_stream(file["_id"]).read() == files[file["filename"]]
        assert set(self._chunks.distinct("files_id")) == {file["_id"] for file in found if file["length"]}
        assert self._chunks.count_documents({}) == sum(-(-file["length"] // file["chunkSize"]) for file in found)


@pytest.fixture
def stored(database):
    return Bucket(database)


@pytest.fixture
def during(deployment, gridfs, database):
    """Starts the program, and does something to the set when a command of the program has come to its primary and
    waits there."""

    def during(arguments, command, collection, happens, skip=0):
        primary = deployment.primary()
        with deployment.direct_client(primary) as client:
            fail = FailCommand(client, database.name)
            fail(command, on=f"{database.name}.{collection}", skip=skip, blockConnection=True, blockTimeMS=1000)
            process = gridfs.start(*arguments)
            fail.wait(skip + 1)
        happens(primary)
        with process:
            return finish(process)

    return during


@pytest.fixture
def steps_down(deployment):
    return lambda primary: deployment.step_down()


@pytest.fixture
def is_killed(deployment):
    """The primary is; it is there again at the end."""
    yield lambda primary: primary.kill()
    for member in deployment.members:
        if member.process.poll() is not None:
            member.start()


@pytest.fixture(params=["steps_down", "is_killed"])
def happens(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(("collection", "skip"), [("fs.chunks", 2), ("fs.files", 0)])
def test_put(during, happens, stored, tmp_path, collection, skip):
    (tmp_path / "f").write_bytes(LARGE)
    only_id(during(["put", "f"], "insert", collection, happens, skip))
    stored.expect_holds({"f": LARGE})


def test_put_while_it_makes_indexes(during, steps_down, stored, database, tmp_path):
    (tmp_path / "f").write_bytes(b"content")
    only_id(during(["put", "f"], "createIndexes", "fs.chunks", steps_down))
    stored.expect_holds({"f": b"content"})
    assert database["fs.chunks"].index_information()["files_id_1_n_1"]["unique"]


def test_put_replacing(during, steps_down, stored, tmp_path):
    stored.store({"f": b"older"})
    (tmp_path / "f").write_bytes(LARGE)
    only_id(during(["put", "--replace", "f"], "delete", "fs.files", steps_down))
    stored.expect_holds({"f": LARGE})


@pytest.mark.parametrize("collection", ["fs.chunks", "fs.files"])
def test_put_of_a_tree(during, steps_down, stored, tmp_path, collection):
    (tmp_path / "t").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    result = during(["put", "-r", "t"], "insert", collection, steps_down)
    expect(result, out=re.compile(rb"(\w+\n){%d}" % len(FILES)))
    stored.expect_holds(FILES)


@pytest.mark.parametrize("command", ["find", "getMore"])
def test_get(during, happens, stored, tmp_path, command):
    (file_id,) = stored.store({"f": LARGE})
    one = ["-j", "1"] if command == "getMore" else []  # several connections might each need one reply only
    expect(during(["get", str(file_id), *one], command, "fs.chunks", happens))
    assert tree(tmp_path) == {"f": LARGE}


@pytest.mark.parametrize("collection", ["fs.files", "fs.chunks"])
def test_get_of_a_tree(during, steps_down, stored, tmp_path, collection):
    stored.store(FILES)
    expect(during(["get-by-name", "-r", "t/", "-o", "t"], "find", collection, steps_down))
    assert tree(tmp_path) == FILES


@pytest.mark.parametrize("collection", ["fs.files", "fs.chunks"])
def test_rm(during, steps_down, stored, collection):
    ids = stored.store(FILES | {"kept": b"kept"})[: len(FILES)]
    expect(during(["rm", *map(str, ids)], "delete", collection, steps_down))
    stored.expect_holds({"kept": b"kept"})


def test_rename(during, steps_down, stored):
    (file_id,) = stored.store({"f": b"content"})
    expect(during(["rename", str(file_id), "g"], "update", "fs.files", steps_down))
    stored.expect_holds({"g": b"content"})


@pytest.mark.parametrize("collection", ["fs.files", "fs.chunks"])
def test_check(during, steps_down, stored, collection):
    stored.store({"f": LARGE, "g": b"content"})
    result = during(["check", "--read-data"], "find", collection, steps_down)
    expect(result, err=re.compile(r".* 2 files.*: 0 findings, .*\n"))
