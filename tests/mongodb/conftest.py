import os
import sys

import pymongo
import pytest

sys.dont_write_bytecode = True
_HERE = os.path.dirname(__file__)
_TESTS = os.path.dirname(_HERE)
sys.path[:0] = [_HERE, os.path.join(_TESTS, "support"), os.path.join(_TESTS, "cli")]
pytest.register_assert_rewrite("harness")

from fail_points import FailCommand  # noqa: E402
from fixtures import bucket, database, needed  # noqa: E402, F401
from harness import Program  # noqa: E402
from mongod import Mongod  # noqa: E402


def pytest_sessionstart(session):
    needed("GRIDFS_PROGRAM", "the path of the program")


@pytest.fixture(scope="session")
def deployment(tmp_path_factory):
    """What the tests of this folder run on: a server that is started for the tests of a file."""
    with Mongod(tmp_path_factory.mktemp("mongod")) as mongod:
        yield mongod


@pytest.fixture(scope="session")
def server(deployment):
    """A client of it."""
    with pymongo.MongoClient(deployment.uri(), tz_aware=True, uuidRepresentation="unspecified") as client:
        yield client


@pytest.fixture
def gridfs(deployment, database, tmp_path):
    """The program, on the test's database, whose name its connections have as `appName`."""
    uri = deployment.uri(database.name, appName=database.name)
    return Program(os.path.abspath(os.environ["GRIDFS_PROGRAM"]), uri, tmp_path)


@pytest.fixture
def fail(server, database):
    """Makes commands of the program fail."""
    point = FailCommand(server, database.name)
    yield point
    point.clear()
