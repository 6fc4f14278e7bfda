"""Errors that MongoDB gives on demand: what passes is tried again, what does not is reported, and nothing is left."""

import re
import time

import pytest

from harness import content, error_like, expect, sample, snapshot, tree

FAILURE, UNREACHABLE, REFUSED = 1, 5, 7

# src/bucket/client/driver_error.cpp says which are; but for 13388, which mongod gives with what only a shard has to tell.
TRANSIENT = [6, 7, 43, 63, 89, 134, 262, 462, 9001]

# After these the driver looks for the primary anew, which takes it half a second.
NOT_PRIMARY = [91, 189, 10107, 11600, 11602, 13435, 13436]

DATA = sample(10_000)


class Put:
    command = "put"
    arguments = ("f", "--id", "new", "--chunk-size", "1K")

    @staticmethod
    def prepare(bucket, directory):
        (directory / "f").write_bytes(DATA)

    @staticmethod
    def expect_done(result, bucket, database, directory):
        expect(result, out="new\n")
        assert content(bucket, "new") == DATA
        assert database["fs.chunks"].count_documents({}) == 10
        assert database["fs.chunks"].index_information()["files_id_1_n_1"]["unique"]


class Get:
    command = "get"
    arguments = ("old", "-f")
    length = len(DATA)

    @classmethod
    def prepare(cls, bucket, directory):
        bucket.upload_from_stream_with_id("old", "f", sample(cls.length), chunk_size_bytes=250_000)
        (directory / "f").write_bytes(b"as before")

    @classmethod
    def expect_done(cls, result, bucket, database, directory):
        expect(result)
        assert tree(directory) == {"f": sample(cls.length)}


class GetLarge(Get):
    arguments = (*Get.arguments, "-j", "1")  # several connections might each need one reply only
    length = 14_000_000  # some replies


class Rm(Get):
    command = "rm"
    arguments = ("old",)

    @staticmethod
    def expect_done(result, bucket, database, directory):
        expect(result)
        assert snapshot(database) == {"fs.chunks": [], "fs.files": []}


class Rename(Get):
    command = "rename"
    arguments = ("old", "g")

    @staticmethod
    def expect_done(result, bucket, database, directory):
        expect(result)
        assert [file["filename"] for file in database["fs.files"].find()] == ["g"]


class Check(Get):
    command = "check"
    arguments = ("--read-data",)

    @staticmethod
    def expect_done(result, bucket, database, directory):
        expect(result, err=re.compile(r".* 0 findings, .*\n"))


# Each command that the program sends: in which run, and on which collection.
STEPS = [
    (Put, "find", "fs.files"),
    (Put, "createIndexes", "fs.chunks"),
    (Put, "createIndexes", "fs.files"),
    (Put, "insert", "fs.chunks"),
    (Put, "insert", "fs.files"),
    (Get, "find", "fs.files"),
    (Get, "find", "fs.chunks"),
    (Rm, "delete", "fs.files"),
    (Rm, "delete", "fs.chunks"),
    (Rename, "update", "fs.files"),
    (Check, "find", "fs.files"),
    (Check, "find", "fs.chunks"),
]

# A query that goes on where the last one broke off has made progress, so that this may fail for ever.
GET_MORE = (GetLarge, "getMore", "fs.chunks")

# Where indexes cannot be listed, they are made.
LIST_INDEXES = (Put, "listIndexes", "fs.chunks")

ALL_STEPS = [*STEPS, GET_MORE, LIST_INDEXES]
ONE_OF_EACH_COMMAND = [GET_MORE] + [
    step for step in STEPS if step[1:] in [("find", "fs.chunks"), ("insert", "fs.chunks"), ("delete", "fs.files"),
                                           ("update", "fs.files"), ("createIndexes", "fs.chunks")] and step[0] != Check]


def steps(which):
    return pytest.mark.parametrize("step", which, ids=name_of, indirect=True)


def name_of(step):
    run, command, collection = step
    return f"{run.command}-{command}-{collection}"


@pytest.fixture
def step(request, gridfs, bucket, database, fail, tmp_path):
    """A run of which one command fails as the test says."""
    run, command, collection = request.param

    class Step:
        command_line = run.command
        on = (command, collection)

        def fails(self, **how):
            run.prepare(bucket, tmp_path)
            self._before = snapshot(database), tree(tmp_path)
            fail(command, on=f"{database.name}.{collection}", **how)

        def __call__(self, *options, sleep="0.01"):
            return gridfs(run.command, *run.arguments, *options, "--retries-sleep", sleep)

        def expect_done(self, result):
            run.expect_done(result, bucket, database, tmp_path)

        def expect_unchanged(self):
            """What was removed first need not be there again."""
            fail.clear()
            before, local = self._before
            after = {name: documents for name, documents in snapshot(database).items() if documents}
            if (run, collection) == (Rm, "fs.chunks"):
                before["fs.files"] = []
            assert after == {name: documents for name, documents in before.items() if documents}
            assert tree(tmp_path) == local

    return Step()


@pytest.mark.parametrize("code", TRANSIENT)
@steps(ALL_STEPS)
def test_an_error_that_passes(step, code):
    step.fails(errorCode=code, times=2)
    step.expect_done(step())


@pytest.mark.parametrize("code", NOT_PRIMARY)
@steps(ONE_OF_EACH_COMMAND)
def test_a_server_that_is_not_primary_for_a_while(step, code):
    step.fails(errorCode=code)
    step.expect_done(step())


@steps(ALL_STEPS)
def test_a_connection_that_is_closed(step):
    step.fails(closeConnection=True, times=2)
    step.expect_done(step())


@steps(ALL_STEPS)
def test_an_answer_that_takes_long(step):
    step.fails(blockConnection=True, blockTimeMS=300)
    step.expect_done(step())


@steps([(Get, "find", "fs.chunks"), (Check, "find", "fs.files")])
def test_the_time_limit_ends_what_waits_for_an_answer(step):
    step.fails(blockConnection=True, blockTimeMS=5000)
    began = time.monotonic()
    result = step("--timeout", "1")
    assert 1 <= time.monotonic() - began < 4
    expect(result, err=error_like(step.command_line, ".*the time limit has passed"), code=UNREACHABLE)
    step.expect_unchanged()


# A removal may have been done in part: what may be left is said.
REMOVAL_HAS_LEFT = r"\ngridfs: rm: file old: chunks may be left of the _id old; .+"


@pytest.mark.parametrize("how", [{"errorCode": 6}, {"closeConnection": True}], ids=lambda how: next(iter(how)))
@steps(STEPS)
def test_retries_that_are_exhausted(step, how):
    step.fails(times=None, **how)
    result = step("--retries", "2")
    if step.on[0] == "insert":
        # An insert without an answer may still come: what may be left is said.
        left = "chunks may be left" if step.on == ("insert", "fs.chunks") else "whether it is stored is not known"
        expect(result, err=re.compile(f"gridfs: put: .+\ngridfs: put: f: {left}.+\n"), code=UNREACHABLE)
    else:
        left = REMOVAL_HAS_LEFT if step.on[0] == "delete" else ""
        expect(result, err=error_like(step.command_line, f".+{left}"), code=UNREACHABLE)
    if step.on != ("insert", "fs.files"):
        step.expect_unchanged()


@pytest.mark.parametrize(("code", "exit_code"), [(13, REFUSED), (18, REFUSED), (96, FAILURE)])
@steps([*STEPS, GET_MORE])
def test_an_error_that_stays(step, code, exit_code):
    step.fails(errorCode=code, times=None)
    began = time.monotonic()
    result = step("--retries", "8", sleep="10")
    assert time.monotonic() - began < 10, "it was tried again"
    left = REMOVAL_HAS_LEFT if step.on == ("delete", "fs.chunks") else ""
    expect(result, err=error_like(step.command_line, f".*failpoint{left}"), code=exit_code)
    step.expect_unchanged()


# A write concern error comes after the write is done.


@steps([step for step in STEPS if step[1] in ("insert", "delete", "update")])
def test_a_write_concern_error_that_passes(step):
    step.fails(writeConcernError={"code": 91, "errmsg": "shutting down", "errorLabels": ["RetryableWriteError"]})
    step.expect_done(step())


@steps([step for step in STEPS if step[1] == "insert"])
def test_a_write_concern_that_is_not_met(step):
    """What may be on some members is removed again, and nothing is said to be stored."""
    step.fails(writeConcernError={"code": 64, "errmsg": "waiting for replication timed out"})
    expect(step(), err=error_like("put", ".*waiting for replication timed out"), code=FAILURE)
    step.expect_unchanged()


@steps([step for step in STEPS if step[1] in ("delete", "update")])
def test_a_change_whose_write_concern_is_not_met(step):
    """It is done on the primary, but what fewer members have than asked for is not said to be done."""
    step.fails(writeConcernError={"code": 64, "errmsg": "waiting for replication timed out"})
    left = REMOVAL_HAS_LEFT if step.on[0] == "delete" else ""
    expect(step(), err=error_like(step.command_line, f".*waiting for replication timed out{left}"), code=FAILURE)
