"""The fixtures of the tests that run the program."""

import os
import signal

import pymongo
import pytest
from gridfs import GridFSBucket

from harness import Program, new_database_name, uri_with
from proxy import Proxy


def needed(variable, what):
    if variable not in os.environ:
        pytest.exit(f"{variable} is not set: it must be {what}", returncode=2)
    return os.environ[variable]


def prepare():
    needed("GRIDFS_TEST_URI", "the connection string of a server")
    needed("GRIDFS_PROGRAM", "the path of the program")
    # A shell's background jobs ignore it, and so would what they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def server():
    """A client of the server that the tests run on."""
    uri = os.environ["GRIDFS_TEST_URI"]
    with pymongo.MongoClient(uri, tz_aware=True, uuidRepresentation="unspecified") as client:
        yield client


def empty_database(server):
    name = new_database_name()
    yield server[name]
    server.drop_database(name)


@pytest.fixture
def database(server):
    """An empty database of the test's own."""
    yield from empty_database(server)


@pytest.fixture
def other(server):
    """Another empty database."""
    yield from empty_database(server)


@pytest.fixture
def bucket(database):
    """PyMongo's bucket on the test's database."""
    return GridFSBucket(database, disable_md5=True)


@pytest.fixture
def gridfs(database, tmp_path):
    """The program, on the test's database, in an empty directory (`tmp_path`)."""
    return Program(
        os.path.abspath(os.environ["GRIDFS_PROGRAM"]), uri_with(os.environ["GRIDFS_TEST_URI"], database.name), tmp_path
    )


@pytest.fixture
def proxy(gridfs):
    """Makes proxies before the server."""
    made = []

    def make(**options):
        made.append(Proxy(gridfs.uri, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
