"""Collections with a collation of their own: names and ids are compared byte by byte all the same."""

import pymongo
import pytest
from pymongo.collation import Collation

from harness import error, expect, only_id, tree


@pytest.fixture(params=[{"locale": "en", "strength": 2}, {"locale": "en", "alternate": "shifted", "strength": 3}], ids=str)
def collated(request, database):
    """The test's bucket, made by an administrator whose collections compare text by rules."""
    try:
        for name in ("fs.files", "fs.chunks"):
            database.create_collection(name, collation=Collation(**request.param))
    except pymongo.errors.OperationFailure:
        pytest.skip("this server does not know collations")
    return database


@pytest.fixture
def put(gridfs, collated):
    """Stores files whose content is their name."""
    return lambda *names, options=(): [only_id(gridfs("put", "-", "--name", name, *options, stdin=name.encode())) for name in names]


def names(database):
    return sorted(one["filename"] for one in database["fs.files"].find())


PAIRS = [("README", "readme"), ("a-b", "ab"), ("x y", "xy")]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_names(gridfs, collated, put, pair):
    put(*pair, *pair)
    for name in pair:
        expect(gridfs("cat", "--name", name), out=name)
        for revision in ("0", "1", "-1", "-2"):
            expect(gridfs("cat", "--name", name, f"--revision={revision}"), out=name)
        expect(gridfs("cat", "--name", name, "--revision", "2"), err=error("cat", f"{name}: no revision 2 in DB.fs"), code=4)
    listed = gridfs("ls", "-l")
    expect(listed, out=listed.out)
    rows = [line.split("\t") for line in listed.out.decode().splitlines()]
    assert [(row[4], row[3]) for row in rows] == [(name, at) for name in sorted(pair) for at in "01"]
    expect(gridfs("ls", "--latest"), out="".join(f"{name}\n" for name in sorted(pair)))


def test_a_dry_removal(gridfs, collated, put):
    ids = put("README", "readme", "README")
    result = gridfs("rm", "-n", "--name", "README", "--all-revisions")
    assert [file_id in result.err for file_id in ids] == [True, False, True]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_replacement(gridfs, collated, put, pair):
    put(*pair)
    put(pair[1], options=["--replace"])
    assert names(collated) == sorted(pair)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_name_that_is_absent(gridfs, collated, put, pair):
    put(pair[0])
    put(pair[1], options=["--if-absent"])
    expect(gridfs("put", "-", "--name", pair[0], "--if-absent", stdin=b"x"))
    expect(gridfs("rename", "--name", pair[0], "z"))
    expect(gridfs("rename", "--if-absent", "--name", "z", pair[0]))
    assert names(collated) == sorted(pair)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_removing_and_renaming_by_name(gridfs, collated, put, pair):
    put(pair[0])
    for arguments in (["rm", "--all-revisions", "--name"], ["rm", "--revision", "0", "--name"]):
        expect(gridfs(*arguments, pair[1]), err=error("rm", f"{pair[1]}: no such file in DB.fs"), code=4)
    expect(gridfs("rename", "--name", pair[1], "z"), err=error("rename", f"{pair[1]}: no such file in DB.fs"), code=4)
    put(pair[1])
    expect(gridfs("rename", "--name", pair[1], "z"))
    assert names(collated) == sorted([pair[0], "z"])


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_revisions_of_each_name(gridfs, collated, put, pair):
    put(*pair, *pair, *pair)
    expect(gridfs("prune", "--keep-last", "2"))
    assert names(collated) == sorted(pair * 2)
    expect(gridfs("du", "--depth", "0"), out=f"{len(''.join(pair))}\t2\t.\n")


def test_trees(gridfs, collated, put, tmp_path):
    put("photos/a", "Photos/b", "photos-/c", "photos", "PHOTOS/d", "photo/s/e")
    expect(gridfs("get-by-name", "-r", "photos/", "-o", "out/"))
    assert tree(tmp_path / "out") == {"a": b"photos/a"}
    expect(gridfs("rm", "-r", "photos/"))
    assert names(collated) == sorted(["Photos/b", "photos-/c", "photos", "PHOTOS/d", "photo/s/e"])
    expect(gridfs("ls", "p"), out="photo/s/e\nphotos\nphotos-/c\n")
    expect(gridfs("rm", "-r", "photos"))
    assert names(collated) == sorted(["Photos/b", "photos-/c", "PHOTOS/d", "photo/s/e"])


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_ids(gridfs, collated, put, pair):
    """The server lets only one of them in; the other is not there, and what asks for it changes nothing."""
    stored, other = pair
    put("name", options=["--id", stored])
    before = list(collated["fs.files"].find()), list(collated["fs.chunks"].find())
    for command in ("cat", "rm", "stat", "get"):
        expect(gridfs(command, other), err=error(command, f"file {other}: no such file in DB.fs"), code=4)
    expect(gridfs("rename", other, "z"), err=error("rename", f"file {other}: no such file in DB.fs"), code=4)
    expect(gridfs("meta", other, "--set", "a=1"), err=error("meta", f"file {other}: no such file in DB.fs"), code=4)
    assert (list(collated["fs.files"].find()), list(collated["fs.chunks"].find())) == before
    expect(gridfs("cat", stored), out="name")
    expect(gridfs("rm", stored))
    assert collated["fs.chunks"].count_documents({}) == 0
