"""Members that are down: what too few have acknowledged is not said to be stored."""

import re

import pytest

from fail_points import FailCommand
from harness import error_like, expect, only_id

FAILURE, UNREACHABLE = 1, 5


@pytest.fixture
def down(deployment):
    """Takes so many secondaries down until the end of the test."""
    stopped = []

    def down(count):
        primary = deployment.primary()
        for member in [one for one in deployment.members if one is not primary and one not in stopped][:count]:
            member.kill()
            stopped.append(member)

    yield down
    for member in stopped:
        member.start()


def test_one_member_of_three_is_down(gridfs, database, down, tmp_path):
    (tmp_path / "f").write_bytes(b"content")
    down(1)
    only_id(gridfs("put", "f"))
    before = list(database["fs.chunks"].find()), list(database["fs.files"].find())
    # To remove it again a majority is enough.
    too_few = error_like("put", "storing f: .*waiting for replication timed out.*")
    for concern in (["--write-concern", '{"w": 3, "wtimeout": 300}'], ["--uri", f"{gridfs.uri}&w=3&wtimeoutMS=300"]):
        expect(gridfs("put", "f", *concern), err=too_few, code=FAILURE)
    assert (list(database["fs.chunks"].find()), list(database["fs.files"].find())) == before


@pytest.mark.parametrize("names", [("f",), ("f", "g")], ids=" ".join)
def test_what_a_retry_finds_has_to_be_acknowledged(deployment, gridfs, database, down, tmp_path, names):
    """The first attempt has stored it on the primary; that is seen, but too few members have it."""
    for name in names:
        (tmp_path / name).write_bytes(b"content")
    down(1)
    with deployment.direct_client(deployment.primary()) as client:
        fail = FailCommand(client, database.name)
        fail("insert", on=f"{database.name}.fs.files", writeConcernError={"code": 91, "errmsg": "shutting down"})
        result = gridfs("put", *names, "--write-concern", '{"w": 3, "wtimeout": 300}', "--retries-sleep", "0.01")
        fail.clear()
    expect(result, err=re.compile("(gridfs: put: storing [fg]: .*waiting for replication timed out.*\n)+(gridfs: put: .+\n)?"),
           code=FAILURE)
    assert database["fs.files"].count_documents({}) == database["fs.chunks"].count_documents({}) == 0


def test_the_default_of_a_replica_set_is_a_majority(deployment, gridfs, database, tmp_path):
    (tmp_path / "f").write_bytes(b"content")
    with deployment.direct_client(deployment.primary()) as client:
        fail = FailCommand(client, database.name)
        fail("insert", on=f"{database.name}.fs.files", times=None, writeConcernError={"code": 91, "errmsg": "not met"})
        result = gridfs("put", "f", "--retries", "2", "--retries-sleep", "0.01")
        fail.clear()
    expect(result, err=error_like("put", "storing f: .*not met"), code=UNREACHABLE)


def test_no_majority_is_left(gridfs, down, deployment, tmp_path):
    (tmp_path / "f").write_bytes(b"content")
    down(2)
    result = gridfs("put", "f", "--connect-timeout", "4", "--retries", "0", "--timeout", "20")
    expect(result, err=error_like("put", ".+"), code=UNREACHABLE)
