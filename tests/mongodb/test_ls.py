"""The options of ls that MongoDB itself has to carry out."""

import pytest

from fail_points import FailPoint
from harness import add_files, error_like, expect, usage_error

FAILURE = 1


@pytest.fixture
def plans(database):
    """How the server went about the queries of the program."""
    database.command("profile", 2)
    yield lambda: [entry.get("planSummary") for entry in database["system.profile"].find({"command.find": "fs.files"})]
    database.command("profile", 0)


@pytest.fixture
def files(database):
    add_files(database, "b", "Ä", "a", "Z", "z", "B")
    database["fs.files"].create_index([("filename", 1), ("uploadDate", 1)])
    database["fs.files"].create_index([("uploadDate", 1)], name="by date")


def lines(*names):
    return "".join(f"{name}\n" for name in names).encode()


@pytest.mark.parametrize("hint", ["by date", '{"uploadDate": 1}'])
def test_an_index_to_use(gridfs, files, plans, hint):
    expect(gridfs("ls", "--sort", "uploadDate", "--hint", hint), out=lines("b", "Ä", "a", "Z", "z", "B"))
    assert plans() == ["IXSCAN { uploadDate: 1 }"]


@pytest.mark.parametrize(
    ("options", "option"),
    [
        (["--filter", '{"$nope": 1}'], "--filter"),
        (["--filter", '{"length": {"$nope": 1}}', "-l"], "--filter"),
        (["--filter", '{"length": {"$in": 1}}', "--sort", "-length"], "--filter"),
        (["--filter", '{"filename": {"$regex": "("}}'], "--filter"),
        (["--hint", "no such"], "--hint"),
        (["--hint", '{"length": 1}'], "--hint"),
        (["--hint", "no such", "--filter", '{"length": 1}', "-l"], "--hint"),
        (["--sort", "$length"], "--sort"),
        (["--sort", "$length", "--filter", '{"length": 1}'], "--sort"),
        (["--collation", '{"locale": "nowhere"}'], "--collation"),
        (["--collation", '{"strength": 2}'], "--collation"),
        (["--collation", '{"locale": "de", "strength": 9}', "--latest", "--filter", '{"length": 1}'], "--collation"),
    ],
    ids=str,
)
def test_an_option_that_the_server_refuses(gridfs, files, options, option):
    expect(gridfs("ls", *options), err=usage_error("ls", f"{option}: the server refuses it: (?!.*(ns=|caused by)).+"), code=2)


def test_without_a_collation_names_are_compared_as_bytes(gridfs, files):
    expect(gridfs("ls"), out=lines("B", "Z", "a", "b", "z", "Ä"))


def test_a_collation_orders(gridfs, files):
    expect(gridfs("ls", "--collation", '{"locale": "de"}'), out=lines("a", "Ä", "b", "B", "z", "Z"))


def test_a_collation_compares(gridfs, files):
    wanted = ["--filter", '{"filename": "Z"}', "--sort", "uploadDate"]
    expect(gridfs("ls", *wanted), out=lines("Z"))
    expect(gridfs("ls", *wanted, "--collation", '{"locale": "de", "strength": 2}'), out=lines("Z", "z"))


def test_a_time_limit_that_expires(gridfs, server, files):
    """It is not tried again: it would take as long."""
    expire = FailPoint(server, "maxTimeAlwaysTimeOut")
    expire.set()
    try:
        expect(gridfs("ls", "--max-time-ms", "60000"), err=error_like("ls", ".*time limit.*"), code=FAILURE)
    finally:
        expire.clear()
    expect(gridfs("ls", "--max-time-ms", "60000", "--limit", "1"), out=lines("B"))


@pytest.fixture
def little_memory(server):
    """For sorting, and no disk for whoever does not ask for it."""
    wanted = {"internalQueryMaxBlockingSortMemoryUsageBytes": 10_000, "allowDiskUseByDefault": False}
    before = {name: server.admin.command("setParameter", 1, **{name: value})["was"] for name, value in wanted.items()}
    yield
    for name, value in before.items():
        server.admin.command("setParameter", 1, **{name: value})


def test_sorting_on_disk(gridfs, database, little_memory):
    names = [f"{number:04}" * 20 for number in range(500)]
    add_files(database, *names)
    expect(gridfs("ls", "--sort", "length,filename"), err=error_like("ls", ".*memory.*"), code=FAILURE)
    expect(gridfs("ls", "--sort", "length,filename", "--allow-disk-use"), out=lines(*names))
