"""bench/run: measures gridfs against its peers and prints the tables."""

import argparse
import re
import signal
import sys
import time
from pathlib import Path

from .install import is_prepared, our_program, prepare


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bench/run", description="Measure gridfs against its peers.")
    add = parser.add_argument
    add("--quick", action="store_true", help="small sizes, one round, no goals judged: shows that it all works")
    add("--only", metavar="PATTERN", type=re.compile, default=re.compile(""), help="cases matching a regular expression")
    add("--list", action="store_true", help="name the cases and stop")
    add("--rounds", metavar="N", type=int, help="rounds of every case instead of its own number")
    add("--readme", action="store_true", help="put the tables into bench/README.md instead of printing them")
    add("--json", metavar="FILE", type=Path, help="write every single measurement there")
    add("--program", metavar="FILE", type=Path, help="the gridfs to measure instead of building the release preset")
    add("--disk", metavar="DIR", type=Path, help="where the cases on a disk are [build/bench]")
    return parser.parse_args(arguments)


def measure(options):
    # What needs pymongo is there once all is prepared.
    from .cases import all_cases
    from .goals import judge, judge_memory
    from .programs import make_peers
    from .report import describe_setting, make_report, put_into_readme, wait_for_quiet, write_json
    from .rounds import CaseRunner, say
    from .session import Session
    from .sizes import FULL, QUICK

    started = time.monotonic()
    path, peers = our_program(options), make_peers()
    with Session(QUICK if options.quick else FULL, options.disk) as session:
        cases = [case for case in all_cases(session) if options.only.search(str(case))]
        if options.list:
            print(*cases, sep="\n")
            return 0
        if not options.quick:
            wait_for_quiet()
        setting = describe_setting(session)
        results = []
        for case in cases:
            say(str(case))
            rounds = options.rounds or (1 if options.quick else case.rounds)
            results.append(CaseRunner(session, case, path, peers, rounds).run())
    verdicts = [verdict for result in results for verdict in judge(result)] + judge_memory(results)
    report = make_report(results, verdicts, time.monotonic() - started, setting, judged=not options.quick)
    put_into_readme(report) if options.readme else print(report)
    if options.json:
        write_json(options.json, results, verdicts, setting)
    return judge_run(results, options)


def judge_run(results, options):
    """The exit status. In a quick run a peer may not fail either: its work is small enough for it."""
    wrong = [
        f"{name} at {result.case}"
        for result in results
        for name in result.failed
        if options.quick or name.startswith(result.ours)
    ]
    for failure in wrong:
        print(f"bench: {failure} failed", file=sys.stderr)
    return 1 if wrong or not results else 0


def run():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what was started is stopped on the way
    try:
        options = parse(sys.argv[1:])
        if not is_prepared():
            prepare(options)
        sys.exit(measure(options))
    except KeyboardInterrupt:
        sys.exit(130)
