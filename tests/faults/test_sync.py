"""sync while it is killed, while files vanish and change, and while the server is lost: nothing is removed too early, and
run again it ends right."""

import os
import random
import re
import statistics
import subprocess
import time

import pytest

from harness import error, expect, finish, sample, tree, wait_until

MOMENTS = 34  # in each direction
SOME_FAILED, UNREACHABLE = 3, 5


def write(directory, files):
    for name, data in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)


def newest(server):
    """The content of the newest revision of each name; what is not whole is an error."""
    database = server.client["test"]
    files = {}
    for file in database["fs.files"].find(sort=[("uploadDate", 1)]):
        chunks = list(database["fs.chunks"].find({"files_id": file["_id"]}, sort=[("n", 1)]))
        files[file["filename"]] = b"".join(chunk["data"] for chunk in chunks)
        assert len(files[file["filename"]]) == file["length"], "a file that is not whole has a files document"
    return files


class Changing:
    """A tree that gets, loses and changes files; `apply` takes the name of one and its content, or None."""

    def __init__(self, seed, apply):
        self.random, self.apply, self.files = random.Random(seed), apply, {}

    def change(self):
        for _ in range(self.random.randrange(1, 12)):
            name = self.random.choice(["", "d/", "d/e/"]) + str(self.random.randrange(20))
            if self.files.pop(name, None) is not None and self.random.random() < 0.5:
                self.apply(name, None)
            else:
                self.files[name] = sample(self.random.choice([0, 10, 3000, 700_000]), self.random.randrange(1000))
                self.apply(name, self.files[name])


def sync_at_many_moments(start, changing, check):
    """Kills most runs, at any moment; what is there in between must be whole, and in the end be right."""
    lengths, killed = [], 0
    for _ in range(MOMENTS):
        changing.change()
        began = time.monotonic()
        with start() as process:
            try:
                process.wait(changing.random.uniform(0, statistics.median(lengths)) if lengths else 60)
                lengths.append(time.monotonic() - began)
            except subprocess.TimeoutExpired:
                killed += 1
            process.kill()
            process.communicate(timeout=60)
        check()
    with start() as process:
        expect(finish(process))
    assert killed > MOMENTS // 4, "hardly any of them was under way: this shows little"


@pytest.mark.parametrize("replace", [[], ["--replace"]], ids=["revisions", "replace"])
def test_into_the_bucket_killed_at_many_moments(gridfs, scripted, tmp_path, replace):
    server = scripted(max_write_batch_size=5)
    seed = random.randrange(2**32)
    print(f"seed {seed}")

    def apply(name, data):
        if data is None:
            (tmp_path / "src" / name).unlink()
        else:
            write(tmp_path / "src", {name: data})

    changing = Changing(seed, apply)
    options = ["--delete", "--write-concern", "1", *replace]

    def start():
        return gridfs.start("sync", *options, "src", "gridfs:p", uri=server.uri)

    # The last file never goes, so that the source is never empty.
    write(tmp_path / "src", {"z": b"z"})
    sync_at_many_moments(start, changing, lambda: newest(server))
    assert newest(server) == {f"p/{name}": data for name, data in tree(tmp_path / "src").items()}
    wait_until(lambda: gridfs("check", "--repair", "--min-age", "0", uri=server.uri).code == 0, limit=20)
    assert newest(server) == {f"p/{name}": data for name, data in tree(tmp_path / "src").items()}


def test_into_the_directory_killed_at_many_moments(gridfs, scripted, tmp_path):
    server = scripted()
    seed = random.randrange(2**32)
    print(f"seed {seed}")

    def apply(name, data):
        if data is None:
            expect(gridfs("rm", "--all-revisions", "--name", f"p/{name}", uri=server.uri))
        else:
            assert gridfs("put", "-", "--name", f"p/{name}", uri=server.uri, stdin=data).code == 0

    apply("z", b"z")
    changing = Changing(seed, apply)
    seen = {"z": {b"z"}}

    def check():
        for name, data in changing.files.items():
            seen.setdefault(name, set()).add(data)
        for name, data in tree(tmp_path / "dst").items():
            assert ".gridfs-" in name or data in seen[name], name

    def start():
        return gridfs.start("sync", "--delete", "gridfs:p", "dst", uri=server.uri)

    sync_at_many_moments(start, changing, check)
    complete = {name: data for name, data in tree(tmp_path / "dst").items() if ".gridfs-" not in name}
    assert {f"p/{name}": data for name, data in complete.items()} == newest(server)


@pytest.fixture
def mirrored(gridfs, scripted, tmp_path):
    """A server that has what the directory has, and `gone` besides."""
    server = scripted()
    write(tmp_path / "src", {"a": b"a", "b": b"b", "c": sample(2_000_000), "gone": b"g"})
    expect(gridfs("sync", "src", "gridfs:", uri=server.uri))
    (tmp_path / "src/gone").unlink()
    return server


LAST_LINES = re.escape(
    "gridfs: sync: warning: 1 file not deleted, because of the errors above\n"
    "gridfs: sync: 2 unchanged, 1 failed\n"
)


@pytest.mark.parametrize("which", ["changes", "vanishes"])
def test_a_file_that_changes_or_vanishes_meanwhile(interposed, mirrored, held, tmp_path, which):
    write(tmp_path / "src", {"a": b"as it is now"})
    with interposed.start("sync", "--delete", "src", "gridfs:", uri=mirrored.uri, rules=[f"read */a {held.action}"]) as process:
        held.wait()
        if which == "changes":
            write(tmp_path / "src", {"a": b"another"})
            line = error("sync", "src/a: it changed while it was read, and is not stored (see --allow-changing)")
            lines = LAST_LINES
        else:
            (tmp_path / "src/b").unlink()
            line = error("sync", "src/b: no such file or directory")
            lines = re.escape(
                "gridfs: sync: warning: 2 files not deleted, because of the errors above\n"
                "gridfs: sync: 1 transferred (12 bytes), 1 unchanged, 1 failed\n")
        held.release()
        result = finish(process)
    expect(result, err=re.compile(re.escape(line) + lines), code=SOME_FAILED)
    assert {"b", "gone"} <= set(newest(mirrored))


@pytest.mark.parametrize("moment", ["write */dst/.a.gridfs-*", "read */dst/c"])
def test_two_runs_at_once_into_one_directory(interposed, gridfs, mirrored, held, tmp_path, moment):
    """One is held while it writes, or while it lists the directory; the other does all in between."""
    expect(gridfs("sync", "--checksum", "--delete", "src", "gridfs:", uri=mirrored.uri))
    write(tmp_path / "dst", {"a": b"old", "b": b"b", "c": sample(2_000_000)})
    write(tmp_path / "dst", {"d/x": b"x", "extra": b"x", "z/.f.gridfs-012345678": b"x"})
    options = ["--delete", "--checksum", "gridfs:", "dst"]
    rules = [f"{moment} {held.action}"]
    with interposed.start("sync", "-v", *options, uri=mirrored.uri, rules=rules) as process:
        held.wait()
        parts = {name for name in tree(tmp_path / "dst") if ".gridfs-" in name}
        assert len(parts) == 2 - ("read" in moment)
        expect(gridfs("sync", *options, uri=mirrored.uri))
        assert set(tree(tmp_path / "dst")) == {"a", "b", "c"} | parts
        (tmp_path / "dst/z/.f.gridfs-012345678").unlink()
        held.release()
        result = finish(process)
    assert (result.code, "no such file" in result.err) == (0, False), result
    assert tree(tmp_path / "dst") == newest(mirrored)


@pytest.mark.parametrize(("command", "collection"), [("find", "files"), ("insert", "chunks"), ("insert", "files")])
def test_the_server_is_lost_on_the_way_into_the_bucket(gridfs, mirrored, tmp_path, command, collection):
    write(tmp_path / "src", {"d": b"d", "e": sample(2_000_000)})
    mirrored.add({"on": command, "collection": collection, "times": 0, "do": "close"})
    result = gridfs("sync", "--delete", "--retries", "1", "--retries-sleep", "0.01", "src", "gridfs:", uri=mirrored.uri)
    assert (result.out, result.code) == (b"", UNREACHABLE if command == "find" else SOME_FAILED), result
    assert mirrored.received("delete") == 0 or command == "insert"  # of chunks that were sent
    mirrored.clear()
    assert "gone" in newest(mirrored)


@pytest.mark.parametrize(("command", "collection"), [("find", "files"), ("find", "chunks")])
def test_the_server_is_lost_on_the_way_into_the_directory(gridfs, mirrored, tmp_path, command, collection):
    write(tmp_path / "dst", {"a": b"a", "kept": b"k"})
    mirrored.add({"on": command, "collection": collection, "times": 0, "do": "close"})
    result = gridfs("sync", "--delete", "--retries", "1", "--retries-sleep", "0.01", "gridfs:", "dst", uri=mirrored.uri)
    assert (result.out, result.code) == (b"", UNREACHABLE), result
    assert tree(tmp_path / "dst") == {"a": b"a", "kept": b"k"}
    mirrored.clear()
    expect(gridfs("sync", "--delete", "gridfs:", "dst", uri=mirrored.uri))
    assert tree(tmp_path / "dst") == newest(mirrored)


def test_a_listing_that_breaks_off_removes_nothing(gridfs, scripted, tmp_path):
    """The local names behind it are not known to be new, nor are they known to be gone."""
    server = scripted()
    names = [f"{number:04}" for number in range(1500)]
    write(tmp_path / "src", {name: b"" for name in names})
    expect(gridfs("sync", "src", "gridfs:", uri=server.uri))
    for name in names[::7]:
        os.unlink(tmp_path / "src" / name)
    before = server.snapshot("test")
    server.add({"on": "getMore", "collection": "files", "times": 0, "do": "error", "code": 1, "message": "no luck"})
    for source, destination in (("src", "gridfs:"), ("gridfs:", "src")):
        inserted = server.received("insert")
        result = gridfs("sync", "--delete", source, destination, uri=server.uri)
        assert "no luck" in result.err and result.code == SOME_FAILED, result
        assert server.received("insert") == inserted and server.received("delete") == 0
    assert server.snapshot("test") == before
    assert not set(names) - set(names[::7]) - set(tree(tmp_path / "src"))
