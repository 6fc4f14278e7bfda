"""Several programs at once on one bucket: what is there afterwards is whole, and nothing else is."""

import threading

import bson
import pytest

from harness import error_like, expect, finish, only_id, sample, tree

FAILURE, EXISTS, NOT_FOUND, DAMAGED = 1, 6, 4, 8


@pytest.fixture
def shared(scripted):
    return scripted()


def run_at_once(gridfs, shared, *runs, **popen):
    processes = [gridfs.start(*arguments, uri=shared.uri, **popen) for arguments in runs]
    results = []
    for process in processes:
        with process:
            results.append(finish(process))
    return results


def content_of(shared, file_id):
    database = shared.client["test"]
    chunks = list(database["fs.chunks"].find({"files_id": file_id}, sort=[("n", 1)]))
    assert [chunk["n"] for chunk in chunks] == list(range(len(chunks)))
    return b"".join(chunk["data"] for chunk in chunks)


def files_of(shared):
    return list(shared.client["test"]["fs.files"].find())


def test_many_puts_of_one_name(gridfs, shared, tmp_path):
    contents = [sample(1_500_000, seed) for seed in range(8)]
    for n, content in enumerate(contents):
        (tmp_path / str(n)).write_bytes(content)
    results = run_at_once(gridfs, shared, *(["put", "--name", "x", "--chunk-size", "50K", str(n)] for n in range(8)))
    ids = [only_id(result) for result in results]
    assert len(set(ids)) == 8
    assert {str(file["_id"]): content_of(shared, file["_id"]) for file in files_of(shared)} == dict(zip(ids, contents))


def test_many_puts_of_one_id(gridfs, shared, tmp_path):
    """One of them is stored; the others are refused, and leave nothing."""
    for length in (0, 10, 1_500_000):
        contents = [sample(length, seed) for seed in range(6)]
        for n, content in enumerate(contents):
            (tmp_path / str(n)).write_bytes(content)
        name = f"id-{length}"
        results = run_at_once(gridfs, shared, *(["put", "--id", name, "--chunk-size", "50K", str(n)] for n in range(6)))
        codes = [result.code for result in results]
        assert sorted(codes) == [0] + [EXISTS] * 5, results
        assert content_of(shared, name) == contents[codes.index(0)]
    assert len(files_of(shared)) == 3
    assert {chunk["files_id"] for chunk in shared.documents("test.fs.chunks")} == {"id-10", "id-1500000"}


def test_a_removal_that_is_overtaken_by_a_put(gridfs, shared, between, tmp_path):
    """Between the removal of the files document and that of the chunks, the _id is free."""
    (tmp_path / "x").write_bytes(b"old")
    expect(gridfs("put", "--id", "x", "x", uri=shared.uri), out="x\n")
    (tmp_path / "x").write_bytes(b"new")
    proxy = between(shared.uri)
    hold = proxy.hold("delete", "fs.chunks")
    with gridfs.start("rm", "x", uri=proxy.uri) as process:
        hold.wait()
        put = gridfs("put", "--id", "x", "x", uri=shared.uri)
        hold.release()
        expect(finish(process))
    assert put.code in (0, EXISTS), put
    assert content_of(shared, "x") == (b"new" if put.code == 0 else b"")
    assert len(files_of(shared)) == (1 if put.code == 0 else 0)


@pytest.mark.parametrize("length", [10, 1_000_000, 10_000_000])
@pytest.mark.parametrize("others", [[], ["other", "third"]], ids=["alone", "among-others"])
def test_a_put_that_is_overtaken_by_a_removal(gridfs, shared, between, tmp_path, length, others):
    """Its chunks are gone before its files document comes, so that it does not say that it is done."""
    (tmp_path / "x").write_bytes(sample(length))
    proxy = between(shared.uri)
    hold = proxy.hold("insert", "fs.files")
    with gridfs.start("put", "--id", "x", "--chunk-size", "5K", "x", uri=proxy.uri) as process:
        hold.wait()
        assert gridfs("rm", *others, "x", uri=shared.uri).code == NOT_FOUND
        assert content_of(shared, "x") == b""
        hold.release()
        removed = error_like("put", "storing x: removed by another program while it was being stored")
        expect(finish(process), err=removed, code=FAILURE)
    assert shared.snapshot("test") == {"files": [], "chunks": []}


@pytest.mark.parametrize("arguments", [["x"], ["-r", "tree/"]], ids=" ".join)
def test_a_put_whose_chunks_are_taken_for_orphans(gridfs, shared, between, tmp_path, arguments):
    """By a `check --repair` with a clock or a --min-age that is wrong: what is damaged is not there, and its
    predecessor stays."""
    (tmp_path / "tree").mkdir()
    for path in (tmp_path / "x", tmp_path / "tree" / "x"):
        path.write_bytes(sample(600_000))
    expect(gridfs("put", "-", "--id", "old", "--name", "x", uri=shared.uri, stdin=b"old"), out="old\n")
    proxy = between(shared.uri)
    hold = proxy.hold("insert", "fs.files")
    with gridfs.start("put", "--replace", *arguments, uri=proxy.uri) as process:
        hold.wait()
        assert gridfs("check", "--repair", "--min-age", "0s", uri=shared.uri).code == 0
        hold.release()
        expect(finish(process), err=error_like("put", "(tree/x: )?storing x: removed by another program while it was being stored"), code=FAILURE)
    assert [file["_id"] for file in files_of(shared)] == ["old"]
    assert content_of(shared, "old") == b"old"


@pytest.mark.parametrize("length", [100_000, 10_000_000])
def test_a_put_whose_chunks_have_been_replaced_by_another_s(gridfs, shared, between, tmp_path, length):
    """A removal takes them, and then another put of the _id stores its own: those are not taken for the first one's."""
    processes, holds = [], []
    for name in "ab":
        (tmp_path / name).write_bytes(sample(length, ord(name)))
        proxy = between(shared.uri)
        holds.append(proxy.hold("insert", "fs.files"))
        processes.append(gridfs.start("put", "--id", "x", "--chunk-size", "5K", name, uri=proxy.uri))
        holds[-1].wait()
        if name == "a":
            assert gridfs("rm", "x", uri=shared.uri).code == NOT_FOUND
    results = []
    for process, hold in zip(processes, holds):
        hold.release()
        with process:
            results.append(finish(process))
    expect(results[0], err=error_like("put", "storing a: removed by another program while it was being stored"), code=FAILURE)
    expect(results[1], out="x\n")
    assert [file["filename"] for file in files_of(shared)] == ["b"]
    assert content_of(shared, "x") == sample(length, ord("b"))


@pytest.mark.parametrize("operands", [["x"], ["other", "x", "x"], ["--name", "old", "--all-revisions"]], ids=" ".join)
@pytest.mark.parametrize("length", [10, 1_000_000])
def test_a_late_removal_leaves_a_new_file_alone(gridfs, shared, between, tmp_path, operands, length):
    """Another removal was faster, and the _id has been given to a new file meanwhile: that one is not touched."""
    (tmp_path / "x").write_bytes(sample(length))
    expect(gridfs("put", "-", "--id", "x", "--name", "old", uri=shared.uri, stdin=b"old"), out="x\n")
    proxy = between(shared.uri)
    hold = proxy.hold("delete", "fs.files")
    with gridfs.start("rm", *operands, uri=proxy.uri) as process:
        hold.wait()
        expect(gridfs("rm", "x", uri=shared.uri))
        before_chunks = proxy.hold("find", "fs.chunks")
        hold.release()
        before_chunks.wait()
        expect(gridfs("put", "--id", "x", "--chunk-size", "5K", "x", uri=shared.uri), out="x\n")
        before_chunks.release()
        finish(process)
    assert len(files_of(shared)) == 1
    assert content_of(shared, "x") == sample(length)


@pytest.mark.parametrize("operands", [["x"], ["other", "x"]], ids=" ".join)
def test_a_removal_that_finds_nothing_spares_what_comes_later(gridfs, shared, between, tmp_path, operands):
    """Its last step is late: what another program has stored under the _id since it looked is not touched."""
    (tmp_path / "x").write_bytes(sample(100_000))
    chunks = shared.client["test"]["fs.chunks"]
    chunks.insert_many([{"files_id": "x", "n": n, "data": b"left"} for n in range(3)])
    proxy = between(shared.uri)
    hold = proxy.hold("delete", "fs.chunks")
    with gridfs.start("rm", *operands, uri=proxy.uri) as process:
        hold.wait()
        chunks.delete_many({"files_id": "x"})
        expect(gridfs("put", "--id", "x", "--chunk-size", "5K", "x", uri=shared.uri), out="x\n")
        hold.release()
        assert finish(process).code == NOT_FOUND
    assert len(files_of(shared)) == 1
    assert content_of(shared, "x") == sample(100_000)


def test_a_removal_of_what_has_no_file(gridfs, shared):
    """More chunks than are removed at once, some of them with an _id that no program gives."""
    odd = [{"a": 1}, 7, "seven", 1.5, b"x", None, bson.Regex("a")]
    chunks = [{"_id": odd[n] if n < len(odd) else bson.ObjectId(), "files_id": "x", "n": n, "data": b"."} for n in range(2500)]
    shared.client["test"]["fs.chunks"].insert_many(chunks + [{"files_id": "y", "n": 0, "data": b"."}])
    for operands in (["x"], ["x", "z"]):
        assert gridfs("rm", *operands, uri=shared.uri).code == NOT_FOUND
        assert {chunk["files_id"] for chunk in shared.documents("test.fs.chunks")} == {"y"}


def test_replacing_against_getting(gridfs, shared, tmp_path):
    """A download gives a whole revision, or says that its revision has gone; it never leaves half a file."""
    contents = [sample(3_000_000, seed) for seed in range(4)]
    for n, content in enumerate(contents):
        (tmp_path / f"new-{n}").write_bytes(content)
    assert gridfs("put", "--name", "x", "new-0", uri=shared.uri).code == 0
    ended = threading.Event()
    refused = []

    def get_again_and_again(number):
        while not ended.is_set():
            target = tmp_path / f"got-{number}"
            result = gridfs("get-by-name", "x", "-f", "-o", target.name, uri=shared.uri)
            if result.code not in (0, DAMAGED, NOT_FOUND):
                refused.append(result)
            if target.exists() and target.read_bytes() not in contents:
                refused.append(f"{target} is no revision")

    getters = [threading.Thread(target=get_again_and_again, args=(number,)) for number in range(3)]
    for getter in getters:
        getter.start()
    try:
        for round_ in range(12):
            assert gridfs("put", "--name", "x", "--replace", "--chunk-size", "50K", f"new-{round_ % 4}", uri=shared.uri).code == 0
    finally:
        ended.set()
        for getter in getters:
            getter.join()
    assert not refused
    assert not [name for name in tree(tmp_path) if not name.startswith(("new-", "got-"))]
    (last,) = files_of(shared)
    assert content_of(shared, last["_id"]) == contents[11 % 4]


def test_many_replacements_of_one_name(gridfs, shared, tmp_path):
    """One revision at least is left, and it is whole."""
    contents = [sample(700_000, seed) for seed in range(6)]
    for n, content in enumerate(contents):
        (tmp_path / str(n)).write_bytes(content)
    results = run_at_once(gridfs, shared, *(["put", "--replace", "--name", "x", "--chunk-size", "50K", str(n)] for n in range(6)))
    assert [result.code for result in results] == [0] * 6, results
    files = files_of(shared)
    assert files and all(content_of(shared, file["_id"]) in contents for file in files)
    expect(gridfs("cat", "--name", "x", uri=shared.uri), out=content_of(shared, max(files, key=lambda file: file["uploadDate"])["_id"]))
