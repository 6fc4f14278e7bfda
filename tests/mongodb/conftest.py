import os
import sys

import pytest

sys.dont_write_bytecode = True
_TESTS = os.path.dirname(os.path.dirname(__file__))
sys.path[:0] = [os.path.join(_TESTS, name) for name in ("support", "cli")]
pytest.register_assert_rewrite("harness")

from fixtures import needed  # noqa: E402


def pytest_sessionstart(session):
    needed("GRIDFS_PROGRAM", "the path of the program")
