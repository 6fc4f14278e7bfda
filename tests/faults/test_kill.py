"""SIGKILL at any moment: each name reads back as a whole old or a whole new file, and `check --repair` cleans up."""

import random
import statistics
import subprocess
import time

import pytest

from harness import expect, sample, wait_until

MOMENTS, MOMENTS_PER_CHECK = 100, 10
LENGTH, CHUNK = 2_500_000, 50_000


@pytest.fixture
def bucket_of(gridfs, scripted):
    """A bucket, and what can be read of it."""
    bucket_server = scripted(max_write_batch_size=5)  # a batch of chunks is many messages, so that there are moments between
    database = bucket_server.client["test"]

    class BucketOf:
        uri, server = bucket_server.uri, bucket_server

        def whole_files(self):
            """The content of each file, in the order of their upload; what is not whole is an error."""
            contents = []
            for file in database["fs.files"].find(sort=[("uploadDate", 1)]):
                chunks = list(database["fs.chunks"].find({"files_id": file["_id"]}, sort=[("n", 1)]))
                assert [chunk["n"] for chunk in chunks] == list(range(len(chunks)))
                contents.append(b"".join(chunk["data"] for chunk in chunks))
                assert len(contents[-1]) == file["length"], "a file that is not whole has a files document"
            return contents

        def orphans(self):
            """The _ids under which there are chunks, and no file."""
            of_files = {file["_id"] for file in database["fs.files"].find({}, ["_id"])}
            return {chunk["files_id"] for chunk in database["fs.chunks"].find({}, ["files_id"])} - of_files

        def repair(self):
            """What was sent before the kill may be done only now, so that a second repair may find something again."""
            files = self.whole_files()
            wait_until(lambda: gridfs("check", "--repair", "--min-age", "0", uri=self.uri).code == 0, limit=20)
            expect(gridfs("check", "-q", "--read-data", uri=self.uri))
            assert not self.orphans()
            assert self.whole_files()[: len(files)] == files, "a file is gone"

        def remove_all_but_the_newest(self):
            for file in list(database["fs.files"].find(sort=[("uploadDate", 1)]))[:-1]:
                assert gridfs("rm", str(file["_id"]), uri=self.uri).code == 0

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

    def until_it_stores(process):
        before = bucket_of.server.received("insert")
        wait_until(lambda: bucket_of.server.received("insert") > before or process.poll() is not None)

    starting, storing = [], []  # how long that took whole puts
    newest, killed, left_orphans = 0, 0, 0
    for moment in range(MOMENTS + 1):
        began = time.monotonic()
        with start(1 - newest, moments.choice([1, 2, 8])) as process:
            try:
                if storing and moments.random() < 0.3:
                    process.wait(moments.uniform(0, statistics.median(starting)))
                else:  # most of them while it stores, for that is over sooner
                    until_it_stores(process)
                    began_to_store = time.monotonic()
                    starting.append(began_to_store - began)
                    process.wait(moments.uniform(0, statistics.median(storing)) if storing else 60)
                    storing.append(time.monotonic() - began_to_store)
            except subprocess.TimeoutExpired:
                killed += 1
            process.kill()
            out, _ = process.communicate(timeout=60)
        files = bucket_of.whole_files()
        assert files and all(one in content for one in files)
        if out:
            assert files[-1] == content[1 - newest], "said to be done, and is not there"
        newest = content.index(files[-1])
        if moment % MOMENTS_PER_CHECK == 0:
            assert gridfs("cat", "--name", "x", uri=bucket_of.uri).out in content
            left_orphans += len(bucket_of.orphans())
            bucket_of.repair()
            bucket_of.remove_all_but_the_newest()
            newest = content.index(bucket_of.whole_files()[-1])
    print(f"killed {killed}, left orphans {left_orphans} times")
    assert killed > MOMENTS // 4 and left_orphans > 5, "hardly any of them was under way: this shows little"


@pytest.mark.parametrize("replace", [[], ["--replace"]], ids=["put", "replace"])
@pytest.mark.parametrize(("command", "collection", "nth"), [
    ("insert", "chunks", 1), ("insert", "chunks", 7), ("insert", "files", 1), ("delete", "files", 1), ("delete", "chunks", 1)])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_put_that_is_killed_just_there(gridfs, bucket_of, tmp_path, replace, command, collection, nth, when):
    old, new = sample(LENGTH, 1), sample(LENGTH, 2)
    (tmp_path / "x").write_bytes(old)
    options = ["-j", "8", "--chunk-size", str(CHUNK)]
    with gridfs.start("put", *options, "x", uri=bucket_of.uri) as process:
        process.communicate(timeout=60)
    (tmp_path / "x").write_bytes(new)
    server = bucket_of.server
    server.add({"on": command, "collection": collection, "nth": nth, "do": "no_reply", "when": when})
    with gridfs.start("put", *options, *replace, "x", uri=bucket_of.uri) as process:
        reached = wait_until(lambda: server.received(command) > server.answered(command) or process.poll() is not None)
        assert reached and (process.poll() is None) == (bool(replace) or command == "insert")
        process.kill()
        process.communicate(timeout=60)
    files = bucket_of.whole_files()
    assert files in ([old], [old, new], [new])
    if command == "delete" and replace:
        assert files[-1] == new
    bucket_of.repair()
