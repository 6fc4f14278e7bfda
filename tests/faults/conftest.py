import os
import sys

import pytest

sys.dont_write_bytecode = True
_TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(_TESTS, name) for name in ("faults", "support", "cli")]
pytest.register_assert_rewrite("harness")

from fixtures import bucket, database, gridfs, needed, proxy, server  # noqa: E402, F401
from interposed import held, interposed  # noqa: E402, F401
from putting import identity, jobs, putting, way  # noqa: E402, F401
from servers import asking, between, certificates, deaf_port, guarded, mongod, scripted, stalling, through, toxiproxy, two_files  # noqa: E402, F401


def pytest_sessionstart(session):
    needed("GRIDFS_TEST_URI", "the connection string of a server")
    needed("GRIDFS_PROGRAM", "the path of the program")
    # libmongoc complains on standard error where a process of the same number was killed and left its counters behind.
    os.environ["MONGOC_DISABLE_SHM"] = "1"
    needed("GRIDFS_BUILD_DIR", "the directory in which the program and the scripted server were built")
