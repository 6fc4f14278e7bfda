"""SIGKILL at any moment: each name reads back as a whole old or a whole new file."""

import random
import statistics
import subprocess
import time

import pytest

from harness import sample

MOMENTS = 100
LENGTH, CHUNK = 2_500_000, 50_000


@pytest.fixture
def bucket_of(scripted):
    """A bucket, and what can be read of it."""
    server = scripted()
    database = server.client["test"]

    class BucketOf:
        uri = server.uri
        server_of = server

        def whole_files(self):
            """The content of each file, in the order of their upload; what is not whole is an error."""
            contents = []
            for file in database["fs.files"].find(sort=[("uploadDate", 1)]):
                chunks = list(database["fs.chunks"].find({"files_id": file["_id"]}, sort=[("n", 1)]))
                assert [chunk["n"] for chunk in chunks] == list(range(len(chunks)))
                contents.append(b"".join(chunk["data"] for chunk in chunks))
                assert len(contents[-1]) == file["length"], "a file that is not whole has a files document"
            return contents

        def remove_orphans(self):
            """Keeps the memory of the server small."""
            chunks = database["fs.chunks"]
            of_files = {file["_id"] for file in database["fs.files"].find({}, ["_id"])}
            orphans = {chunk["files_id"] for chunk in chunks.find({}, ["files_id"])} - of_files
            chunks.delete_many({"files_id": {"$in": list(orphans)}})

        def remove_all_but_the_newest(self):
            for file in list(database["fs.files"].find(sort=[("uploadDate", 1)]))[:-1]:
                database["fs.files"].delete_one({"_id": file["_id"]})
            self.remove_orphans()

    return BucketOf()


@pytest.mark.parametrize("replace", [[], ["--replace"]], ids=["put", "replace"])
def test_a_put_that_is_killed(gridfs, bucket_of, tmp_path, replace):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    content = [sample(LENGTH, seed) for seed in range(2)]

    def start(which, jobs):
        (tmp_path / "x").write_bytes(content[which])
        return gridfs.start("put", "-j", str(jobs), "--chunk-size", str(CHUNK), *replace, "x", uri=bucket_of.uri)

    durations = []  # of whole puts
    newest, killed = 0, 0
    for moment in range(MOMENTS + 1):
        began = time.monotonic()
        with start(1 - newest, moments.choice([1, 2, 8])) as process:
            try:
                process.wait(moments.uniform(0, statistics.median(durations)) if durations else 60)
                durations.append(time.monotonic() - began)
            except subprocess.TimeoutExpired:
                killed += 1
            process.kill()
            out, _ = process.communicate(timeout=60)
        files = bucket_of.whole_files()
        assert files and all(one in content for one in files)
        if out:
            assert files[-1] == content[1 - newest], "said to be done, and is not there"
        newest = content.index(files[-1])
        if moment % 10 == 0:
            # What it had sent may have been done only now.
            assert gridfs("cat", "--name", "x", uri=bucket_of.uri).out in content
        bucket_of.remove_all_but_the_newest()
    assert killed > MOMENTS // 4, "hardly any of them was under way: this shows little"


@pytest.mark.parametrize("replace", [[], ["--replace"]], ids=["put", "replace"])
@pytest.mark.parametrize(("command", "collection", "nth"), [
    ("insert", "chunks", 1), ("insert", "chunks", 2), ("insert", "files", 1), ("delete", "files", 1), ("delete", "chunks", 1)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_put_that_is_killed_just_there(gridfs, bucket_of, tmp_path, replace, command, collection, nth, when):
    old, new = sample(LENGTH, 1), sample(LENGTH, 2)
    (tmp_path / "x").write_bytes(old)
    options = ["-j", "8", "--chunk-size", str(CHUNK)]
    with gridfs.start("put", *options, "x", uri=bucket_of.uri) as process:
        process.communicate(timeout=60)
    (tmp_path / "x").write_bytes(new)
    server = bucket_of.server_of
    before = server.received(command)
    server.add({"on": command, "collection": collection, "nth": nth, "do": "no_reply", "when": when})
    with gridfs.start("put", *options, *replace, "x", uri=bucket_of.uri) as process:
        while server.received(command) < before + (nth if collection == "chunks" and command == "insert" else 1):
            if process.poll() is not None:
                break
        if command == "insert" and collection == "files":
            while len(bucket_of.whole_files()) == 1 and server.received("insert") < before + 3:
                assert process.poll() is None
        process.kill()
        process.communicate(timeout=60)
    files = bucket_of.whole_files()
    assert files in ([old], [old, new], [new])
    if command == "delete" and replace:
        assert files[-1] == new
