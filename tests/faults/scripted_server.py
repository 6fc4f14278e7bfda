"""The scripted server as a program: tests/support/scripted_server/script.hpp says what a rule may hold."""

import json
import os
import subprocess

import pymongo
from bson import json_util

from subprocesses import Server, build_dir


class ScriptedServer(Server):
    """Its script is `rules` and `options`. `client` is PyMongo's, for what the program is to find there."""

    def __init__(self, directory, *rules, **options):
        path = os.path.join(directory, "script.json")
        with open(path, "w", encoding="utf-8") as script:
            json.dump(options | {"rules": rules}, script)
        super().__init__([os.path.join(build_dir(), "tests", "scripted_server"), path], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
        self.uri = self._line()
        self.client = pymongo.MongoClient(self.uri)

    def add(self, *rules):
        self._obey(json.dumps(rules))

    def clear(self):
        self._obey("clear")

    def release(self):
        """Ends the waiting of the commands that are held. Those that come later are not held."""
        self._obey("release")

    def received(self, command):
        """How often a command came."""
        return self._count(command, "received")

    def answered(self, command):
        """How often it was answered in full."""
        return self._count(command, "answered")

    def documents(self, collection):
        """What is in `database.collection`, in the order of its insertion."""
        self._say(f"dump {collection}")
        return [json_util.loads(line) for line in iter(self._line, "")]

    def snapshot(self, database):
        return {name: self.documents(f"{database}.fs.{name}") for name in ("files", "chunks")}

    def owners(self):
        """The ids that have files documents in the database `test`, and those that have chunks."""
        return ({file["_id"] for file in self.documents("test.fs.files")},
                {chunk["files_id"] for chunk in self.documents("test.fs.chunks")})

    def stop(self):
        self.client.close()
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(timeout=10)
        self.process.stdout.close()

    def _count(self, command, what):
        self._say("stats")
        return json.loads(self._line()).get(command, {}).get(what, 0)

    def _obey(self, line):
        self._say(line)
        answer = self._line()
        assert answer == "ok", answer

    def _say(self, line):
        print(line, file=self.process.stdin, flush=True)

    def _line(self):
        line = self.process.stdout.readline()
        assert line.endswith("\n"), "the scripted server has ended"
        return line.rstrip("\n")
