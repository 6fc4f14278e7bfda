"""The tables, and the same as JSON."""

import datetime
import json
import os
import platform
import re
import subprocess
import time

from .goals import FIRST_LINE, ratios, spread_of
from .places import BENCH, ROOT

VERDICTS = {True: "reached", False: "missed", None: "not judged"}
QUIET = 0.5  # the load below which a machine counts as having nothing else to do
BEGIN, END = "<!-- The last run, as `bench/run --readme` wrote it -->\n", "<!-- End of the last run -->\n"


def make_report(results, verdicts, seconds, setting, judged):
    head = f"{len(results)} cases in {seconds / 60:.1f} minutes; {setting}. {versions(results)}."
    return "\n\n".join([head, goals_table(verdicts, judged), "### All measurements", measurements_table(results)]) + "\n"


def put_into_readme(report):
    path = BENCH / "README.md"
    text = path.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{report}\n{END}{after}")


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def goals_table(verdicts, judged):
    head = ["work", "server, network", "wanted", "got", "n", "verdict", "mongofiles ÷ ours, noted"]
    return table(
        head,
        [
            [v.work, v.place, v.wanted, v.got, v.rounds, VERDICTS[v.reached] if judged else "not judged", v.mongofiles]
            for v in verdicts
        ],
    )


def measurements_table(results):
    head = ["work", "server, network", "program", "n", "time, s", "÷ ours", "CPU, s", "peak, MiB"]
    return table(head, [row for result in results for row in rows_of(result)])


def rows_of(result):
    where = [result.case.name, result.case.place]
    ours = result.runs.get(result.ours)
    for name, runs in result.runs.items():
        ratio = "1" if name == result.ours else show(ratios(runs, ours), 2) if ours else "–"
        remarks = "".join(f" ({remark})" for remark in remarks_on(result, name, runs))
        cpu, peak = spread_of(runs, "cpu").median, max(run.peak_mib for run in runs)
        yield [*where, name + remarks, len(runs), show(spread_of(runs, "wall"), 3), ratio, f"{cpu:.3f}", f"{peak:.0f}"]
    for name, note in result.notes.items():
        if name not in result.runs:
            yield [*where, name, 0, note, "–", "–", "–"]


def remarks_on(result, name, runs):
    if name in result.notes:
        yield result.notes[name]
    if result.case.to_disk:
        yield "flushed" if result.programs[name].flushes else "not flushed"
    if any(goal.figure == FIRST_LINE for goal in result.case.goals) and runs[0].first_output is not None:
        yield f"first line after {spread_of(runs, 'first_output').median:.3f} s"


def show(spread, digits):
    if spread.least == spread.most:
        return f"{spread.median:.{digits}f}"
    return f"{spread.median:.{digits}f} ({spread.least:.{digits}f}–{spread.most:.{digits}f})"


def versions(results):
    labels = {program.label for result in results for program in result.programs.values()}
    return ", ".join(sorted(labels))


def describe_setting(session):
    """When, at which version of the tree, and on which machine; asked before the run, for the load."""
    commit = output("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    processor = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    congestion = open("/proc/sys/net/ipv4/tcp_congestion_control").read().strip()
    places = [f"{name} is {file_system(path)}" for name, path in (("memory", session.memory), ("disk", session.disk))]
    parts = [
        f"{datetime.date.today()}, commit {commit}",
        f"{os.cpu_count()} × {processor[1] if processor else platform.machine()}, {memory:.0f} GiB",
        say_load(os.getloadavg()[0]),
        f"Linux {platform.release()} with TCP {congestion}",
        *places,
        *sorted({server.version for server in session.servers.values()} - {""}),
    ]
    return "; ".join(parts)


def wait_for_quiet(seconds=180):
    """What was built for the measuring is still in the load."""
    until = time.monotonic() + seconds
    while os.getloadavg()[0] >= QUIET and time.monotonic() < until:
        time.sleep(1)


def say_load(load):
    said = f"load {load:.1f} before"
    return said if load < QUIET else f"**{said}: the machine was busy, so take no figure from this run**"


def file_system(path):
    return output("stat", "--file-system", "--format=%T", str(path))


def output(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def write_json(path, results, verdicts, setting):
    def runs_of(result):
        return {name: [vars(run) | {"output": None} for run in runs] for name, runs in result.runs.items()}

    cases = [{"case": str(result.case), "notes": result.notes, "runs": runs_of(result)} for result in results]
    document = {"setting": setting, "goals": [vars(verdict) for verdict in verdicts], "cases": cases}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
