"""Puts of a file of some batches into a bucket of the scripted server that has another file already."""

import re

import pytest

from harness import expect, finish, only_id, sample

CHUNK = 100_000
LENGTH = 9_000_000  # at least two batches, whatever -j says
DATA = sample(LENGTH)


class Putting:
    """A server with a file under the _id `before`, which no later put may change."""

    def __init__(self, gridfs, server, directory):
        self.gridfs, self.server = gridfs, server
        (directory / "x").write_bytes(DATA)
        expect(gridfs("put", "-", "--name", "x", "--id", "before", uri=server.uri, stdin=b"as before"), out="before\n")
        self._before = self.snapshot()

    def start(self, *options, file="x", uri=None, **popen):
        sleep = [] if "--retries-sleep" in options else ["--retries-sleep", "0.01"]
        return self.gridfs.start("put", "--chunk-size", str(CHUNK), *sleep, *options, file, uri=uri or self.server.uri, **popen)

    def __call__(self, *options, **popen):
        with self.start(*options, **popen) as process:
            return finish(process)

    def snapshot(self):
        return self.server.snapshot("test")

    def expect_nothing_new(self):
        assert self.snapshot() == self._before

    def expect_given_up(self, result, collection):
        """The put failed because it got no answer, and its last line says what may be left: chunks, which are removed as
        far as they have come, or with the files document's answer lost, all chunks, for the document may come."""
        file_id = re.fullmatch(
            r"gridfs: put: storing x: .+\ngridfs: put: x: "
            + {"chunks": r"chunks may be left of the _id (\w+) \(.+\); '.+' removes them\n",
               "files": r"whether it is stored is not known, with the _id (\w+) \(.+\); '.+' removes the chunks if it is not\n"}[collection],
            result.err)
        assert file_id and (result.out, result.code) == (b"", 5), result
        if collection == "chunks":
            return self.expect_nothing_new()
        files, chunks = (self.snapshot()[name] for name in ("files", "chunks"))
        assert files == self._before["files"]
        kept = sorted((chunk for chunk in chunks if str(chunk["files_id"]) == file_id[1]), key=lambda chunk: chunk["n"])
        assert b"".join(chunk["data"] for chunk in kept) == DATA

    def expect_stored(self, result, data=DATA):
        """The put is done and says nothing else, each chunk of it is there once, and reads back."""
        file_id = only_id(result)
        files, chunks = (self.snapshot()[name] for name in ("files", "chunks"))
        assert [str(file["_id"]) for file in files] == ["before", file_id]
        assert files[1]["length"] == len(data)
        ours = sorted((chunk for chunk in chunks if str(chunk["files_id"]) == file_id), key=lambda chunk: chunk["n"])
        assert [chunk["n"] for chunk in ours] == list(range(len(ours)))
        assert b"".join(chunk["data"] for chunk in ours) == data
        assert [chunk for chunk in chunks if str(chunk["files_id"]) != file_id] == self._before["chunks"]
        self.server.clear()
        assert self.gridfs("cat", file_id, uri=self.server.uri).out == data


@pytest.fixture(params=[1, 8])
def jobs(request):
    return ["-j", str(request.param)]


@pytest.fixture(params=[[], ["--id", "mine"]], ids=["new-id", "own-id"])
def identity(request):
    return request.param


@pytest.fixture(params=[["-j", "1"], ["-j", "8", "--id", "mine"]], ids=["one", "eight-own-id"])
def way(request):
    """Where all combinations of the two above would take too long."""
    return request.param


@pytest.fixture
def putting(gridfs, scripted, tmp_path):
    """Starts a server, of the topology that is asked for, and puts into it."""
    return lambda **options: Putting(gridfs, scripted(**options), tmp_path)
