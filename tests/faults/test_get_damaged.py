"""What is stored is damaged, or nonsense: it is said (exit 8), and no local file appears or changes."""

import datetime

import pytest
from bson import Binary, Int64, ObjectId

from harness import error_like, expect, sample, tree

DAMAGED, LOCAL = 8, 9
CHUNK = 1000
DATA = sample(5 * CHUNK + 7)


@pytest.fixture
def damaged(gridfs, scripted, tmp_path):
    """Stores a file of six chunks as `damage` has changed it, and runs commands on it."""
    server = scripted()
    database = server.client["test"]

    class Damaged:
        files, chunks = database["fs.files"], database["fs.chunks"]
        rules = server.add

        def store(self, **fields):
            document = {"_id": "x", "length": Int64(len(DATA)), "chunkSize": CHUNK, "filename": "x",
                        "uploadDate": datetime.datetime(2024, 5, 1)} | fields
            self.files.insert_one({name: value for name, value in document.items() if value is not None})
            self.chunks.insert_many([{"_id": ObjectId(), "files_id": "x", "n": n, "data": DATA[n * CHUNK:(n + 1) * CHUNK]}
                                     for n in range(6)])

        def __call__(self, *arguments, **options):
            return gridfs(*arguments, uri=server.uri, **options)

        def expect_damage(self, about=".+"):
            (tmp_path / "there").write_bytes(b"as before")
            for arguments in (["get", "x"], ["get", "x", "-f", "-o", "there"], ["get-by-name", "x"], ["get", "x", "-o", "new/"]):
                expect(self(*arguments), err=error_like(arguments[0], about), code=DAMAGED)
            assert tree(tmp_path) == {"there": b"as before"}
            result = self("cat", "x")
            expect(result, out=result.out, err=error_like("cat", about), code=DAMAGED)
            assert DATA.startswith(result.out), "cat has given bytes that are not the file's"

    return Damaged()


@pytest.mark.parametrize("n", [0, 3, 5])
def test_a_chunk_is_missing(damaged, n):
    damaged.store()
    damaged.chunks.delete_one({"n": n})
    damaged.expect_damage(f".*chunk {n} is missing.*")


def test_all_chunks_are_missing(damaged):
    damaged.store()
    damaged.chunks.delete_many({"files_id": "x"})
    damaged.expect_damage(".*chunk 0 is missing.*")


@pytest.mark.parametrize("n", [6, 7, 2_000_000_000])
def test_there_is_a_chunk_too_many(damaged, n):
    damaged.store()
    damaged.chunks.insert_one({"files_id": "x", "n": n, "data": b"more"})
    damaged.expect_damage()


@pytest.mark.parametrize("n", [0, 3, 5])
@pytest.mark.parametrize("change", [-1, 1, -7])
def test_a_chunk_is_of_the_wrong_size(damaged, n, change):
    damaged.store()
    data = damaged.chunks.find_one({"n": n})["data"]
    damaged.chunks.update_one({"n": n}, {"$set": {"data": data[:change] if change < 0 else data + b"x" * change}})
    damaged.expect_damage(rf".*chunk {n} has length \d+, not \d+")


@pytest.mark.parametrize("n", [0, 3, 5])
def test_a_chunk_is_there_twice(damaged, n):
    damaged.store()
    original = damaged.chunks.find_one({"n": n})
    damaged.chunks.insert_one(original | {"_id": ObjectId()})
    damaged.expect_damage()


def test_chunks_come_out_of_order(damaged):
    damaged.store()
    damaged.rules({"on": "find", "collection": "chunks", "nth": "every", "do": "reverse_batch"})
    damaged.expect_damage()


@pytest.mark.parametrize("n", [-1, 0.5, "3", None, 2**40])
def test_a_sequence_number_that_is_none(damaged, n):
    damaged.store()
    damaged.chunks.update_one({"n": 3}, {"$set": {"n": n}})
    damaged.expect_damage()


@pytest.mark.parametrize("data", [None, "text", 7, {"a": 1}, [1]])
def test_a_chunk_without_data(damaged, data):
    damaged.store()
    damaged.chunks.update_one({"n": 3}, {"$set": {"data": data}})
    damaged.expect_damage(".*chunk 3 has no data.*")


@pytest.mark.parametrize("field", ["n", "data"])
def test_a_chunk_without_a_field(damaged, field):
    damaged.store()
    damaged.chunks.update_one({"n": 3}, {"$unset": {field: 1}})
    damaged.expect_damage()


LENGTHS = [-1, Int64(-(2**63)), 10.5, float("nan"), float("inf"), "5007", [5007], {}, True]
SIZES = [0, -1, -(2**31), 0.5, float("nan"), "1000", [], 2**31, Int64(2**62)]
NONSENSE = [{"length": value} for value in LENGTHS] + [{"chunkSize": value} for value in SIZES] + [
    {"length": None}, {"chunkSize": None}, {"length": len(DATA) - 8}, {"length": Int64(2**62)}, {"chunkSize": 1}]


@pytest.mark.parametrize("fields", NONSENSE, ids=str)
def test_a_files_document_that_holds_nonsense(damaged, fields):
    damaged.store(**fields)
    damaged.expect_damage()
    expect(damaged("ls"), out="x\n")
    result = damaged("ls", "-l")
    expect(result, out=result.out)
    assert result.out.count(b"\n") == 1 and result.out.endswith(b"\tx\n")
    assert damaged("stat", "x").code == DAMAGED
    expect(damaged("rm", "x"))
    assert damaged.files.find_one() is None and damaged.chunks.find_one() is None


@pytest.mark.parametrize("fields", [{"length": len(DATA) + 1}, {"length": 6 * CHUNK}, {"chunkSize": CHUNK + 1}, {"chunkSize": CHUNK - 1}],
                         ids=str)
def test_a_files_document_that_fits_the_number_of_chunks_alone(damaged, fields):
    damaged.store(**fields)
    damaged.expect_damage(r".*chunk [05] has length \d+, not \d+")


@pytest.mark.parametrize("fields", [
    {"length": float(len(DATA))}, {"length": len(DATA)}, {"chunkSize": float(CHUNK)}, {"chunkSize": Int64(CHUNK)},
    {"uploadDate": None}, {"uploadDate": "yesterday"}, {"uploadDate": 7}, {"metadata": 7}, {"metadata": [1, "a"]}, {"md5": 5},
    {"contentType": ["a"]}, {"aliases": "a"}, {"more": {"odd": Binary(b"x", 128)}},
], ids=str)
def test_a_files_document_that_is_odd_but_says_enough(damaged, tmp_path, fields):
    damaged.store(**fields)
    expect(damaged("cat", "x"), out=DATA)
    expect(damaged("get", "x"))
    assert tree(tmp_path) == {"x": DATA}
    for arguments in (["ls"], ["ls", "-l"], ["ls", "--json"], ["stat", "x"], ["stat", "x", "--json"]):
        result = damaged(*arguments)
        expect(result, out=result.out)


@pytest.mark.parametrize("name", [None, 7, b"x", {"a": 1}, "", "..", "a/../../b", "/etc/passwd", "a\nb", "\x1b[2J"])
def test_a_name_that_is_none(damaged, tmp_path, name):
    """The content is whole, so it is given wherever the name does not matter."""
    damaged.store(filename=name)
    expect(damaged("cat", "x"), out=DATA)
    expect(damaged("get", "x"), err=error_like("get", ".+"), code=LOCAL)
    assert tree(tmp_path) == {}
    expect(damaged("get", "x", "-o", "here"))
    assert tree(tmp_path) == {"here": DATA}
    for arguments in (["ls"], ["ls", "-l"]):
        result = damaged(*arguments)
        expect(result, out=result.out)
        assert result.out.count(b"\n") == 1 and b"\x1b" not in result.out


def test_others_are_fetched(damaged, tmp_path):
    damaged.store()
    damaged.chunks.delete_one({"n": 3})
    damaged.files.insert_many([{"_id": name, "length": 0, "chunkSize": CHUNK, "filename": name} for name in ("a", "b")])
    expect(damaged("get", "a", "x", "b", "-o", "here/"), err=error_like("get", r".*chunk 3 is missing.*\ngridfs: get: 2 fetched \(0 bytes\), 1 failed"), code=3)
    assert tree(tmp_path) == {"here/a": b"", "here/b": b""}
