"""Members that are down: what too few have acknowledged is not said to be stored."""

import re

import pytest

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
    # To remove it again is not acknowledged by as many either.
    too_few = re.compile(r"gridfs: put: storing f: .*waiting for replication timed out.*\n(gridfs: put: f: chunks may be left .+\n)?")
    for concern in (["--write-concern", '{"w": 3, "wtimeout": 300}'], ["--uri", f"{gridfs.uri}&w=3&wtimeoutMS=300"]):
        expect(gridfs("put", "f", *concern), err=too_few, code=FAILURE)
    assert (list(database["fs.chunks"].find()), list(database["fs.files"].find())) == before


def test_no_majority_is_left(gridfs, down, deployment, tmp_path):
    (tmp_path / "f").write_bytes(b"content")
    down(2)
    result = gridfs("put", "f", "--connect-timeout", "4", "--retries", "0", "--timeout", "20")
    expect(result, err=error_like("put", ".+"), code=UNREACHABLE)
