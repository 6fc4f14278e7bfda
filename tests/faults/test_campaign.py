"""Uploads that a signal or the time limit ends at a random moment: nothing is left that was not announced, no file is
ever damaged, and each id that was printed is a stored file.

A few runs in the suite; `tests/faults/campaign` does as many as are asked for, and says what came of them.
"""

import os
import random
import signal
import time
from dataclasses import dataclass, field

import pymongo

from harness import Program, finish, sample
from mongod import Mongod
from slow_link import SlowLink

RUNS = int(os.environ.get("GRIDFS_CAMPAIGN_RUNS", "4"))
SEED = int(os.environ.get("GRIDFS_CAMPAIGN_SEED", "0")) or random.randrange(1, 1 << 32)
LIMIT = 12 + float(os.environ.get("GRIDFS_CAMPAIGN_SLACK", "8"))  # seconds from the signal to the end; a busy machine is slower
LOOK_AGAIN = 10  # seconds after the end
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@dataclass
class Run:
    number: int
    database: str
    arguments: list
    what: str
    result: object = None
    seconds: float = 0.0
    ended: float = 0.0
    wrong: list = field(default_factory=list)


class Campaign:
    """`program(database)` gives the program on a database, `client` is PyMongo's for looking at what is left."""

    def __init__(self, directory, client, program):
        self.client, self.program, self.random = client, program, random.Random(SEED)
        self.waiting, self.done = [], []
        (directory / "small").mkdir()
        for number in range(60):
            (directory / "small" / str(number)).write_bytes(sample(40_000, number))
        self.large = directory / "large"

    def run(self, number, megabytes, moment, what):
        """One upload, ended after about `moment` seconds."""
        self.large.write_bytes(sample(int(megabytes * 1e6), number))
        kind = self.random.choice([["large"], ["large", "--id", f"given-{number}"], ["-r", "small"]])
        arguments = ["put", "-j", str(self.random.choice([1, 4, 8])), *kind]
        ending = self.random.choice([*ENDING, "time limit"])
        if ending == "time limit":
            arguments += ["--timeout", f"{max(moment, 0.05):.3f}"]
        run = Run(number, f"campaign-{number}", arguments, f"{what}, {ending} after {moment:.3f} s")
        began = time.monotonic()
        with self.program(run.database).start(*arguments) as process:
            if ending != "time limit":
                time.sleep(moment)
                process.send_signal(ending)
            run.result = finish(process, limit=LIMIT + moment + 30)
        run.ended = time.monotonic()
        run.seconds = max(0.0, run.ended - began - moment)
        if run.seconds > LIMIT:
            run.wrong.append(f"took {run.seconds:.1f} s to end")
        self.waiting.append(run)
        self.look_again(until=run.ended - LOOK_AGAIN)

    def look_again(self, until=None):
        while self.waiting and (until is None or self.waiting[0].ended <= until):
            run = self.waiting.pop(0)
            time.sleep(max(0.0, run.ended + LOOK_AGAIN - time.monotonic()))
            self.judge(run)
            self.client.drop_database(run.database)
            self.done.append(run)

    def judge(self, run):
        database = self.client[run.database]
        files = {str(file["_id"]): file for file in database["fs.files"].find()}
        groups = database["fs.chunks"].aggregate([{"$group": {"_id": "$files_id", "chunks": {"$sum": 1}}}])
        chunks = {str(group["_id"]): group["chunks"] for group in groups}
        for name, file in files.items():
            if chunks.get(name, 0) != -(-file["length"] // file["chunkSize"]):
                run.wrong.append(f"{name} is damaged: {chunks.get(name, 0)} chunks of {file['length']} bytes")
        printed = run.result.out.decode().split()
        run.wrong += [f"{name} was printed and is not there" for name in printed if name not in files]
        said = run.result.err
        orphans = set(chunks) - set(files)
        if orphans and "and others;" not in said:
            run.wrong += [f"{name} was left in silence" for name in orphans if name not in said]
        elif orphans and "chunks may be left" not in said:
            run.wrong.append(f"{orphans} were left in silence")
        silent = [name for name in files if name not in printed and name not in said and "and others;" not in said]
        run.wrong += [f"{name} is stored and was not named" for name in silent]

    def finish(self):
        self.look_again()
        wrong = [run for run in self.done if run.wrong]
        ended = sorted(run.seconds for run in self.done)
        announced = sum("may be left" in run.result.err or "is not known" in run.result.err for run in self.done)
        print(f"\nseed {SEED}: {len(self.done)} runs, {len(wrong)} wrong, {announced} announced that something may be left; "
              f"from signal to end {ended[len(ended) // 2]:.2f} s in the middle, {ended[-1]:.2f} s at most")
        assert not wrong, f"seed {SEED}: " + "\n".join(
            f"run {run.number} {run.arguments} ({run.what}): {run.wrong}; it said {run.result}" for run in wrong)


def test_signals_on_links_of_any_speed(tmp_path):
    with SlowLink(tmp_path) as link:
        def program(database):
            link.database = database
            return link.program_in(tmp_path)

        campaign = Campaign(tmp_path, link.client, program)
        for number in range(RUNS):
            megabits = 200 ** campaign.random.random()
            link.set_rate(f"{megabits:.1f}mbit")
            seconds = campaign.random.uniform(0.5, 4)
            campaign.run(number, max(1, min(60, megabits / 8 * seconds)), campaign.random.uniform(0, seconds),
                         f"{megabits:.1f} Mbit/s")
        link.set_rate("1gbit")
        campaign.finish()


def test_signals_while_answers_are_late(tmp_path):
    path = os.path.abspath(os.environ["GRIDFS_PROGRAM"])
    with Mongod(tmp_path / "data") as server, pymongo.MongoClient(server.uri()) as client:
        campaign = Campaign(tmp_path, client, lambda database: Program(path, server.uri(database), tmp_path))
        for number in range(RUNS):
            pick = campaign.random
            late = pick.choice([300, 1000, 3000])
            client.admin.command("configureFailPoint", "failCommand", mode={"skip": pick.choice([0, 0, 1, 2, 3])},
                                 data={"failCommands": [pick.choice(["insert", "insert", "delete", "find"])], "blockConnection": True,
                                       "blockTimeMS": late, "appName": "gridfs"})
            campaign.run(number, pick.choice([0.1, 3, 20]), pick.uniform(0, 1.5), f"answers {late} ms late")
            client.admin.command("configureFailPoint", "failCommand", mode="off")
        campaign.finish()
