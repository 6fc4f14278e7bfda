"""What to remove, replace or spare is decided on the primary, though the connection string prefers a secondary whose data
are old."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "support"))
from mongod import ReplicaSet  # noqa: E402

from harness import error, expect  # noqa: E402


@pytest.fixture(scope="module")
def replica_set(tmp_path_factory):
    with ReplicaSet(tmp_path_factory.mktemp("stale"), size=2) as servers:
        yield servers


@pytest.fixture
def stale(gridfs, replica_set, database):
    """Runs commands with readPreference=secondary. The secondary has the file `a` with the content `first`, and gets to
    know of nothing else."""
    [secondary] = [member for member in replica_set.members if member is not replica_set.primary()]
    uri = replica_set.uri(database.name, readPreference="secondary", w=1)

    def run(*arguments, **more):
        return gridfs(*arguments, uri=uri, **more)

    def put(content, *options):
        return run("put", "-", "--name", "a", "--id", content, *options, stdin=content.encode())

    expect(run("put", "-", "--name", "a", "--id", "first", "--write-concern", '{"w": 2}', stdin=b"first"), out="first\n")
    with ReplicaSet.direct_client(secondary) as client:
        client.admin.command("configureFailPoint", "rsSyncApplyStop", mode="alwaysOn")
        try:
            run.put = put
            yield run
        finally:
            client.admin.command("configureFailPoint", "rsSyncApplyStop", mode="off")


def left(run):
    """What the primary has."""
    result = run("ls", "-l", "--read-preference", "primary")
    expect(result, out=result.out)
    return [line.split("\t")[0] for line in result.out.decode().splitlines()]


def test_the_secondary_is_read_where_nothing_is_changed(stale):
    expect(stale.put("second"), out="second\n")
    expect(stale("cat", "--name", "a"), out="first")


def test_removing_the_newest(stale):
    expect(stale.put("second"), out="second\n")
    expect(stale("rm", "--name", "a", "--revision", "-1"))
    assert left(stale) == ["first"]


def test_replacing(stale):
    for content in ("second", "third"):
        expect(stale.put(content), out=f"{content}\n")
    expect(stale.put("fourth", "--replace"), out="fourth\n")
    assert left(stale) == ["fourth"]


def test_a_name_that_is_absent(stale):
    expect(stale("rename", "--name", "a", "b"))
    expect(stale.put("second", "--if-absent"), out="second\n")
    expect(stale("rename", "--if-absent", "second", "b"), err=error("rename", "second: 'b' already exists"), code=6)
    assert left(stale) == ["second", "first"]


def test_removing_trees_and_all_of_a_name(stale):
    expect(stale.put("second"), out="second\n")
    expect(stale("rm", "-r", "a"))
    assert left(stale) == []
    expect(stale.put("third"), out="third\n")
    expect(stale("rm", "--name", "a", "--all-revisions"))
    assert left(stale) == []


def test_what_is_planned(stale):
    expect(stale.put("second"), out="second\n")
    expect(stale("rm", "-n", "--name", "a", "--revision", "-1"), err=error("rm", "would remove file second ('a', 6 bytes)"))
