"""Runs a case: all its programs in turn, round after round, each round beginning with another of them."""

import sys
from dataclasses import dataclass, field

from .programs import Ours
from .servers import FLOOR
from .works import WrongResult

TIME_LIMIT = 300  # seconds, of one run
WORTH_SPARING = 5  # seconds: a peer that takes longer than this …
FAR_BEHIND = 1.25  # … and than this many times the best peer's time runs only once


@dataclass
class CaseResult:
    case: object
    runs: dict = field(default_factory=dict)  # of a program's name: its measurements
    notes: dict = field(default_factory=dict)  # of a program's name: why it has none, or fewer
    labels: dict = field(default_factory=dict)
    ours: str = Ours.name
    floor: str = ""
    failed: list = field(default_factory=list)  # programs that failed, or did not do what they said

    def peers(self):
        return [name for name in self.runs if name not in (self.ours, self.floor)]


class CaseRunner:
    def __init__(self, session, case, programs, floor, rounds):
        self.session, self.case, self.rounds = session, case, rounds
        self.work = case.work(session, case.server, case.network, **case.arguments)
        self.floor = floor if case.floor else None
        self.result = CaseResult(case, floor=floor.name)
        self.programs = [program for program in programs if self.takes_part(program)]

    def takes_part(self, program):
        if not program.ours and not self.case.peers:
            return False
        lack = program.lacks(self.work.method)
        if lack:
            self.result.notes[program.name] = lack
        self.result.labels[program.name] = program.label
        return lack is None

    def run(self):
        if not self.programs:
            return self.result
        self.work.prepare()
        try:
            if self.rounds > 1 and self.case.server and self.case.network.straight:
                self.run_once(self.programs[-1], recorded=False)
            for number in range(self.rounds):
                self.run_round(number)
        finally:
            self.work.finish()
        return self.result

    def run_round(self, number):
        running = [*self.programs, self.floor] if self.floor else self.programs
        turn = number % len(running)
        for program in [*running[turn:], *running[:turn]]:
            if program.name not in self.result.notes:
                self.run_once(program)
        if number == 0 and self.rounds > 1:
            self.spare_the_slow()

    def spare_the_slow(self):
        times = {name: self.result.runs[name][0].wall for name in self.result.peers()}
        for name, time in times.items():
            if time > WORTH_SPARING and time > FAR_BEHIND * min(times.values()):
                self.result.notes[name] = "far behind, run once"

    def run_once(self, program, recorded=True):
        begun = self.work.begin()
        try:
            measurement = self.session.measurer.run(self.command(program, begun), TIME_LIMIT)
            failure = self.failure(program, begun, measurement)
        finally:
            self.work.end(begun)
        if not recorded:
            return
        if failure:
            self.result.notes[program.name] = failure
            self.result.failed.append(program.name)
            say(f"  {program.name}: {failure}")
        else:
            self.result.runs.setdefault(program.name, []).append(measurement)
            say(f"  {program.name}: {measurement}")

    def command(self, program, begun):
        if program is not self.floor:
            return self.work.command(program, begun)
        return self.work.command(InPlaceOf(program, self.session.place(FLOOR, "", self.case.network)), begun)

    def failure(self, program, begun, measurement):
        if measurement.failed:
            return f"failed: {measurement.error or measurement.status}"
        if program is self.floor:
            return None
        try:
            self.work.check(program, begun, measurement)
        except (WrongResult, OSError) as wrong:
            return f"wrong: {wrong}"
        return None


class InPlaceOf:
    """The floor, which speaks to its own server wherever the others are sent."""

    def __init__(self, floor, place):
        self.floor, self.place = floor, place

    def put(self, _, path, name):
        return self.floor.put(self.place, path, name)

    def get(self, _, file_id, path, length):
        return self.floor.get(self.place, file_id, path, length)


def say(text):
    print(text, file=sys.stderr, flush=True)
