import os
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(__file__))
pytest.register_assert_rewrite("harness")

from fixtures import bucket, database, gridfs, needed, proxy, server  # noqa: E402, F401


def pytest_sessionstart(session):
    needed("GRIDFS_TEST_URI", "the connection string of a server")
    needed("GRIDFS_PROGRAM", "the path of the program")
