"""Servers that the tests start, and end by themselves."""

import os
import subprocess


def build_dir():
    """Where the programs of this build are."""
    return os.path.abspath(os.environ["GRIDFS_BUILD_DIR"])


def tool(name):
    """A program that tests/tools/build makes; it is the same for all builds."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.path.join(root, "build", "tools", name)


class Server:
    """A process that is ended with its scope, and a tail of what it said when it did not start."""

    def __init__(self, command, **popen):
        self.process = subprocess.Popen(command, start_new_session=True, text=True, **popen)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
