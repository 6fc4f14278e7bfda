"""A name server that does not answer: the program ends when it is told to, though nothing interrupts a lookup."""

import os
import signal
import sys
import time

import pytest

from harness import expect, finish, wait_until

UNREACHABLE = 5
SOON = 5  # seconds: two are promised, of a machine that is not busy with other tests
NAMESPACES = ["unshare", "--mount", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--"]
HELPER = os.path.join(os.path.dirname(__file__), "silent_nameserver.py")


@pytest.fixture
def asking(gridfs, tmp_path):
    """Starts the program, and waits until it has asked for the address of its server."""
    program, asked = gridfs.path, tmp_path / "asked"
    (tmp_path / "x").write_bytes(b"content")

    def start(*arguments):
        asked.unlink(missing_ok=True)
        gridfs.path = NAMESPACES[0]
        process = gridfs.start(*NAMESPACES[1:], sys.executable, HELPER, str(tmp_path), program, *arguments,
                               uri="mongodb://database.example")
        wait_until(asked.exists)
        return process

    yield start
    gridfs.path = program


@pytest.mark.parametrize("arguments", [["ls"], ["put", "x"], ["get", "y"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal(asking, arguments, number):
    with asking(*arguments) as process:
        process.send_signal(number)
        expect(finish(process, limit=SOON), code=-number)


@pytest.mark.parametrize("arguments", [["ls"], ["put", "x"]])
def test_the_time_limit(asking, arguments):
    began = time.monotonic()
    with asking(*arguments, "--timeout", "2") as process:
        result = finish(process)
    assert time.monotonic() - began < 2 + SOON
    assert result.code == UNREACHABLE and result.err.endswith(": the time limit has passed\n"), result
