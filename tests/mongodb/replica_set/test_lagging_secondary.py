"""A secondary that lags, from which the program reads: what it has is old, but never taken for damaged.

It has stopped to apply what comes from the primary. (One with secondaryDelaySecs lags as well, but the set does not
name it to drivers.)
"""

import os
import re

import pytest
from gridfs import GridFSBucket

from fail_points import FailPoint
from harness import Program, error_like, expect, new_database_name, only_id, sample, tree, wait_until

NOT_FOUND, EXISTS = 4, 6
OLD, NEW = sample(600_000, 1), sample(700_000, 2)


@pytest.fixture(scope="module")
def behind(deployment, server):
    """A database with the file `f`, of which the lagging member lacks the second revision, with the _id `new`."""
    database = server[new_database_name()]
    bucket = GridFSBucket(database, disable_md5=True)
    bucket.upload_from_stream_with_id("old", "f", OLD)
    primary = deployment.primary()

    def has_it(member):
        with deployment.direct_client(member) as client:
            return client[database.name]["fs.files"].count_documents({}) == 1

    lagging = wait_until(lambda: next((one for one in deployment.members if one is not primary and has_it(one)), None))
    number = deployment.members.index(lagging)
    deployment.reconfigure(number, tags={"lags": "yes"})
    with deployment.direct_client(lagging) as client:
        stop = FailPoint(client, name="rsSyncApplyStop")
        stop.set()
        stop.wait()
    bucket.upload_from_stream_with_id("new", "f", NEW)
    yield database
    with deployment.direct_client(lagging) as client:
        FailPoint(client, name="rsSyncApplyStop").clear()
    server.drop_database(database)
    deployment.reconfigure(number, tags={})


@pytest.fixture
def program(behind, deployment, tmp_path):
    """Reads from it, and writes, as all do, to the primary."""
    uri = deployment.uri(behind.name, readPreference="secondary", readPreferenceTags="lags:yes")
    return Program(os.path.abspath(os.environ["GRIDFS_PROGRAM"]), uri, tmp_path)


@pytest.fixture
def ids_of(behind):
    """Of a name's revisions, as the primary has them."""
    return lambda name: [file["_id"] for file in behind["fs.files"].find({"filename": name}, sort=[("uploadDate", 1)])]


def test_what_it_has_is_whole(program, tmp_path):
    expect(program("get-by-name", "f"))
    assert tree(tmp_path) == {"f": OLD}
    expect(program("check", "--read-data"), err=re.compile(r".*: 0 findings, .*\n"))


def test_get_right_after_put(program, tmp_path):
    """Not there yet: that is no damage."""
    (tmp_path / "g").write_bytes(NEW)
    file_id = only_id(program("put", "g"))
    expect(program("get", file_id, "-o", "copy"), err=error_like("get", ".*no such file.*"), code=NOT_FOUND)
    expect(program("get-by-name", "g", "-o", "copy"), err=error_like("get-by-name", ".*no such file.*"), code=NOT_FOUND)
    assert tree(tmp_path) == {"g": NEW}
    expect(program("cat", file_id, "--read-preference", "primary"), out=NEW)


def test_put_of_an_id_that_it_does_not_have_is_refused(program, behind, tmp_path):
    (tmp_path / "f").write_bytes(b"another")
    expect(program("put", "--id", "new", "f"), err=error_like("put", ".*in use.*"), code=EXISTS)
    assert GridFSBucket(behind, disable_md5=True).open_download_stream("new").read() == NEW


def test_put_verified(program, tmp_path):
    """What was stored is read back from the primary."""
    (tmp_path / "v").write_bytes(NEW)
    only_id(program("put", "--verify", "v"))


def test_rm_of_what_it_does_not_have(program, ids_of, tmp_path):
    (tmp_path / "r").write_bytes(NEW)
    file_id = only_id(program("put", "r"))
    assert len(ids_of("r")) == 1
    expect(program("rm", file_id))
    assert not ids_of("r")


def test_rename_of_what_it_does_not_have(program, ids_of, tmp_path):
    (tmp_path / "before").write_bytes(NEW)
    file_id = only_id(program("put", "before"))
    expect(program("rename", file_id, "after"))
    assert (len(ids_of("before")), len(ids_of("after"))) == (0, 1)


def test_check_takes_nothing_of_what_is_newer(program, behind):
    """Chunks without a file are looked for again on the primary before they are removed."""
    result = program("check", "--repair", "--min-age", "0s")
    assert result.code == 0, result
    assert GridFSBucket(behind, disable_md5=True).open_download_stream("new").read() == NEW
