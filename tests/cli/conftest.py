import os
import sys

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(__file__))
pytest.register_assert_rewrite("harness")

from fixtures import bucket, database, gridfs, other, prepare, proxy, server  # noqa: E402, F401


def pytest_sessionstart(session):
    prepare()
