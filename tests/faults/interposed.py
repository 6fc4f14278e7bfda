"""Runs the program with system calls that fail: tests/support/interpose/interpose.cpp says what a rule may hold."""

import os

import pytest

from harness import finish, wait_until
from subprocesses import build_dir


class Interposed:
    """The program with rules; `calls` are those that were made so far, with the paths' last components."""

    def __init__(self, gridfs, directory):
        if os.environ.get("GRIDFS_SANITIZE"):
            pytest.skip("a sanitizer interposes calls itself")
        self._gridfs, self._log = gridfs, directory / "calls"

    def start(self, *arguments, rules=(), **popen):
        env = {"LD_PRELOAD": os.path.join(build_dir(), "tests", "interpose.so"), "INTERPOSE": "\n".join(rules),
               "INTERPOSE_LOG": str(self._log)}
        return self._gridfs.start(*arguments, env=env | popen.pop("env", {}), **popen)

    def __call__(self, *arguments, stdin=b"", **options):
        with self.start(*arguments, **options) as process:
            return finish(process, stdin if process.stdin else None)

    def calls(self, call):
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [line.split(" ", 1)[1].rpartition("/")[2] for line in lines if line.startswith(call + " ")]


class Held:
    """A call that waits until it is released."""

    def __init__(self, directory):
        self.file = directory / "held"
        self.action, self.action_when_made = f"hold={self.file}", f"hold_made={self.file}"

    def wait(self):
        wait_until(self.file.with_suffix(".reached").exists)

    def release(self):
        self.file.with_suffix(".go").touch()


@pytest.fixture
def interposed(gridfs, tmp_path_factory):
    return Interposed(gridfs, tmp_path_factory.mktemp("interposed"))


@pytest.fixture
def held(tmp_path_factory):
    return Held(tmp_path_factory.mktemp("held"))
