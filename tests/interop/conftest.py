import os
import sys

import pytest

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(__file__), os.path.join(os.path.dirname(os.path.dirname(__file__)), "cli")]
pytest.register_assert_rewrite("harness")

from fixtures import bucket, database, gridfs, prepare, server  # noqa: E402, F401


def pytest_sessionstart(session):
    prepare()
