"""Speaks with tools/keeper.py, which fills buckets and reads them back."""

import json
import subprocess
from dataclasses import dataclass

from .places import BENCH


@dataclass(frozen=True)
class BucketPlace:
    uri: str
    database: str
    bucket: str


class Keeper:
    def __init__(self, python, log):
        command = [str(python), str(BENCH / "tools" / "keeper.py")]
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)

    def ask(self, place, command, **more):
        request = {"command": command, "uri": place.uri, "database": place.database, "bucket": place.bucket, **more}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "the keeper ended"}')
        if "error" in answer:
            raise KeeperError(answer["error"])
        return answer

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class KeeperError(Exception):
    """A bucket could not be filled or is not whole."""
