"""Runs a case: all its programs in turn, round after round, each round beginning with another of them."""

import os
import sys
from dataclasses import dataclass, field

from .programs import Floor, Ours
from .servers import FLOOR
from .works import WrongResult

TIME_LIMIT = 300  # seconds, of one run
WORTH_SPARING = 5  # seconds: a peer that takes longer runs only once …
FAR_BEHIND_BEST = 1.25  # … if it takes so many times as long as the best one,
FAR_BEHIND_OURS = 10  # or as gridfs


@dataclass
class CaseResult:
    case: object
    runs: dict = field(default_factory=dict)  # of a program's name: its measurements
    notes: dict = field(default_factory=dict)  # of a program's name: why it has none, or fewer
    programs: dict = field(default_factory=dict)
    failed: list = field(default_factory=list)  # programs that failed, or did not do what they said
    ours: str = "gridfs"
    floor: str = Floor.name

    def peers(self):
        return [name for name in self.runs if name not in (self.ours, self.floor)]


class CaseRunner:
    def __init__(self, session, case, path, peers, rounds):
        self.session, self.case, self.rounds = session, case, rounds
        self.work = case.work(session, case.server, case.network, **case.arguments)
        candidates = [Ours(path), *(Ours(path, variant.name, variant.options, variant.uri_options) for variant in case.variants)]
        candidates += peers if case.peers else []
        candidates += [Floor(session.servers[FLOOR].started().port)] if case.floor else []
        self.programs = [program for program in candidates if program.does(self.work.method)]
        self.result = CaseResult(case, programs={program.name: program for program in self.programs})

    def run(self):
        self.work.prepare()
        try:
            if self.rounds > 1 and self.case.server and not self.case.network.number:
                self.run_once(self.programs[0], recorded=False)
            for number in range(self.rounds):
                self.run_round(number % len(self.programs))
                if number == 0 and self.rounds > 1:
                    self.spare_the_slow()
        finally:
            self.work.finish()
        return self.result

    def run_round(self, first):
        for program in [*self.programs[first:], *self.programs[:first]]:
            if program.name not in self.result.notes:
                self.run_once(program)

    def spare_the_slow(self):
        times = {name: runs[0].wall for name, runs in self.result.runs.items()}
        ours = times.get(self.result.ours, 0)
        theirs = {name: times[name] for name in self.result.peers()}
        for name, time in theirs.items():
            if time > WORTH_SPARING and time > min(FAR_BEHIND_BEST * min(theirs.values()), FAR_BEHIND_OURS * ours):
                self.result.notes[name] = "far behind, run once"

    def run_once(self, program, recorded=True):
        begun = self.work.begin()
        try:
            command = self.work.command(program, begun)
            if self.case.uses_disk:
                os.sync()  # what earlier runs left to be written is not this one's
            measurement = self.session.measurer.run(command, TIME_LIMIT)
            failure = self.failure(program, begun, measurement)
        finally:
            self.work.end(begun)
        if not recorded:
            return
        if failure:
            self.result.notes[program.name] = failure
            self.result.failed.append(program.name)
        else:
            self.result.runs.setdefault(program.name, []).append(measurement)
        say(f"  {program.name}: {failure or measurement}")

    def failure(self, program, begun, measurement):
        if measurement.status != 0:
            return f"failed: {measurement.error or measurement.status}"
        if program.name == Floor.name:
            return None
        try:
            self.work.check(begun, measurement)
        except (WrongResult, OSError) as wrong:
            return f"wrong: {wrong}"
        return None


def say(text):
    print(text, file=sys.stderr, flush=True)
