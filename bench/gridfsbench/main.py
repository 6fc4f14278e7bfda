"""bench/run: measures gridfs against its peers and prints the tables."""

import argparse
import re
import shutil
import signal
import sys
import time
from pathlib import Path

from .cases import all_cases
from .goals import judge, judge_memory
from .install import build_gridfs, install
from .places import make_scratch
from .programs import Floor, Ours, make_peers
from .report import goals_table, machine, measurements_table, versions, write_json
from .rounds import CaseRunner, say
from .session import Session
from .sizes import FULL, MIB, QUICK


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bench/run", description="Measure gridfs against its peers.")
    add = parser.add_argument
    add("--quick", action="store_true", help="small sizes, one round, no goals judged: shows that it all works")
    add("--only", metavar="PATTERN", type=re.compile, default="", help="cases matching a regular expression")
    add("--rounds", metavar="N", type=int, help="rounds of every case instead of its own number")
    add("--json", metavar="FILE", type=Path, help="write all that was measured there as well")
    add("--program", metavar="FILE", type=Path, help="the gridfs to measure instead of building the release preset")
    add("--peers-only", action="store_true", help="measure the peers alone")
    add("--scratch", metavar="DIR", type=Path, help="where files are put from and fetched to instead of memory")
    add("--list", action="store_true", help="name the cases and stop")
    return parser.parse_args(arguments)


def our_program(options):
    if options.peers_only:
        return None
    program = options.program or build_gridfs()
    found = shutil.which(program)
    if found is None:
        raise SystemExit(f"bench: {program} is not a program")
    return Path(found).resolve()


def run_cases(session, options, path):
    peers, floor = make_peers(session.tools), Floor(session.tools.floor)
    results = []
    for case in chosen(all_cases(session), options.only):
        say(f"{case.name} ({case.place})")
        ours = [] if path is None else [Ours(path, case.jobs)]
        results.append(CaseRunner(session, case, [*ours, *peers], floor, rounds_of(case, options)).run())
    return results


def rounds_of(case, options):
    return options.rounds or (1 if options.quick else case.rounds)


def chosen(cases, pattern):
    return [case for case in cases if pattern.search(f"{case.name} ({case.place})")]


def print_report(results, verdicts, options):
    print(f"{versions(results)}; {machine()}.\n")
    print(goals_table(verdicts, judged=not options.quick), "\n")
    print(measurements_table(results))


def main(arguments):
    options = parse(arguments)
    started = time.monotonic()
    sizes = QUICK if options.quick else FULL
    tools = install()
    path = our_program(options)
    scratch = make_scratch(options.scratch, 16 * sizes.large + 16 * MIB)
    with Session(tools, sizes, scratch) as session:
        if options.list:
            print("\n".join(f"{case.name} ({case.place})" for case in all_cases(session)))
            return 0
        results = run_cases(session, options, path)
    verdicts = [verdict for result in results for verdict in judge(result)] + judge_memory(results)
    print_report(results, verdicts, options)
    if options.json:
        write_json(options.json, results, verdicts)
    say(f"bench: {len(results)} cases in {time.monotonic() - started:.0f} s")
    return judge_run(results, options)


def judge_run(results, options):
    """The exit status. In a quick run a peer may not fail either: its work is small enough for it."""
    counts = (lambda _: True) if options.quick else (lambda name: name == Ours.name)
    wrong = [f"{name} at {result.case.name}" for result in results for name in filter(counts, result.failed)]
    for failure in wrong:
        say(f"bench: {failure} failed")
    return 1 if wrong or not results else 0


def run():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what was started is stopped on the way
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
