"""A download by name while the file is replaced or removed: the newest revision is fetched instead, or nothing is left."""

import pytest

from harness import error, error_like, expect, finish, only_id, sample, tree

NOT_FOUND, SOME_FAILED, DAMAGED = 4, 3, 8
OLD, NEW = sample(600_000, 1), sample(700_000, 2)


@pytest.fixture
def shared(gridfs, scripted):
    """With two revisions of `t/x`, and `t/y`."""
    shared = scripted()
    for name, data in (("t/x", b"first"), ("t/x", OLD), ("t/y", b"other")):
        only_id(gridfs("put", "-", "--name", name, "--chunk-size", "50K", uri=shared.uri, stdin=data))
    return shared


@pytest.fixture(params=[1, 8])
def meanwhile(gridfs, shared, between, request):
    """Runs a download, and in the middle of it, each time that it asks for chunks, another command."""

    def run(download, *commands):
        proxy = between(shared.uri)
        holds = [proxy.hold("find", "fs.chunks", times=1) for _ in commands]
        with gridfs.start(*download, "-j", str(request.param), uri=proxy.uri) as process:
            for hold, (arguments, stdin) in zip(holds, commands):
                hold.wait()
                assert gridfs(*arguments, uri=shared.uri, stdin=stdin).code == 0
                hold.release()
            return finish(process)

    return run


def replacing(data):
    return (("put", "-", "--name", "t/x", "--replace", "--chunk-size", "50K"), data)


REMOVING = (("rm", "--name", "t/x", "--all-revisions"), b"")


@pytest.mark.parametrize("options", [[], ["--revision=-1"], ["--continue"]], ids=str)
def test_the_newest_revision_is_fetched_instead(meanwhile, tmp_path, options):
    expect(meanwhile(["get-by-name", "t/x", *options], replacing(NEW)))
    assert tree(tmp_path) == {"t/x": NEW}


def test_the_file_that_was_fetched_is_the_one_that_is_named(meanwhile, shared, tmp_path):
    result = meanwhile(["get-by-name", "--json", "-v", "t/x", "-o", "out"], replacing(NEW))
    [newest] = [one for one in shared.documents("test.fs.files") if one["filename"] == "t/x"]
    assert (result.code, str(newest["_id"]) in result.out.decode(), b'"length" : 700000' in result.out) == (0, True, True)
    assert tree(tmp_path) == {"out": NEW}


def test_more_than_once(meanwhile, tmp_path):
    expect(meanwhile(["get-by-name", "t/x"], *(replacing(data) for data in (b"a", OLD, NEW))))
    assert tree(tmp_path) == {"t/x": NEW}


def test_but_not_for_ever(meanwhile, tmp_path):
    result = meanwhile(["get-by-name", "t/x"], *(replacing(data) for data in (b"a", OLD, b"b", NEW)))
    assert (result.out, result.code in (NOT_FOUND, DAMAGED), result.err.count("\n")) == (b"", True, 1)
    assert tree(tmp_path) == {}


def test_a_name_that_is_gone(meanwhile, tmp_path):
    expect(meanwhile(["get-by-name", "t/x"], REMOVING), err=error("get-by-name", "t/x: no such file in test.fs"), code=NOT_FOUND)
    assert tree(tmp_path) == {}


def test_a_tree_of_which_a_file_is_replaced(meanwhile, tmp_path):
    expect(meanwhile(["get-by-name", "-r", "t/"], replacing(NEW)))
    assert tree(tmp_path) == {"x": NEW, "y": b"other"}


def test_a_tree_of_which_a_file_is_removed(meanwhile, tmp_path):
    result = meanwhile(["get-by-name", "-r", "t/"], REMOVING)
    said = error("get-by-name", "t/x: no such file in test.fs") + error("get-by-name", "1 fetched (5 bytes), 1 failed")
    expect(result, err=said, code=SOME_FAILED)
    assert tree(tmp_path) == {"y": b"other"}


@pytest.mark.parametrize("revision", ["0", "1", "-2"])
def test_no_other_revision_is_fetched_than_the_one_asked_for(meanwhile, tmp_path, revision):
    result = meanwhile(["get-by-name", "t/x", f"--revision={revision}"], replacing(NEW))
    assert (result.out, result.code in (NOT_FOUND, DAMAGED), result.err.count("\n")) == (b"", True, 1)
    assert tree(tmp_path) == {}


def test_no_other_file_is_fetched_than_the_one_of_the_id(meanwhile, shared, tmp_path):
    [_, newest] = [str(one["_id"]) for one in shared.documents("test.fs.files") if one["filename"] == "t/x"]
    result = meanwhile(["get", newest], replacing(NEW))
    expect(result, err=error_like("get", rf".*{newest}.*"), code=result.code)
    assert result.code in (NOT_FOUND, DAMAGED)
    assert tree(tmp_path) == {}


def test_damage_is_no_replacement(gridfs, shared, tmp_path):
    newest = max(shared.client["test"]["fs.files"].find({"filename": "t/x"}), key=lambda file: file["uploadDate"])
    shared.client["test"]["fs.chunks"].delete_one({"files_id": newest["_id"], "n": 3})
    expect(gridfs("get-by-name", "t/x", uri=shared.uri), err=error_like("get-by-name", ".*"), code=DAMAGED)
    assert shared.received("find") < 30
    assert tree(tmp_path) == {}
