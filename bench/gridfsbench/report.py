"""The tables, and the same as JSON."""

import json
import os
import platform

from .goals import FIRST_LINE, ratios, spread_of

VERDICTS = {True: "reached", False: "missed", None: "not judged"}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def goals_table(verdicts, judged):
    head = ["work", "server, network", "wanted", "got", "verdict"]
    return table(
        head,
        [[v.work, v.place, v.wanted, v.got, VERDICTS[v.reached] if judged else "not judged"] for v in verdicts],
    )


def measurements_table(results):
    head = ["work", "server, network", "program", "time, s", "÷ ours", "CPU, s", "peak, MiB"]
    return table(head, [row for result in results for row in rows_of(result)])


def rows_of(result):
    where = [result.case.name, result.case.place]
    ours = result.runs.get(result.ours)
    for name, runs in result.runs.items():
        wall = spread_of(runs, "wall")
        ratio = "1"
        if name != result.ours:
            ratio = show(ratios(runs, ours), 2) if ours else "–"
        remarks = "".join(f" ({remark})" for remark in remarks_on(result, name, runs))
        cpu, peak = spread_of(runs, "cpu").median, max(run.peak_mib for run in runs)
        yield [*where, name + remarks, show(wall, 3), ratio, f"{cpu:.3f}", f"{peak:.0f}"]
    for name, note in result.notes.items():
        if name not in result.runs:
            yield [*where, name, note, "–", "–", "–"]


def remarks_on(result, name, runs):
    if name in result.notes:
        yield result.notes[name]
    if runs[0].requests is not None:
        yield f"{runs[0].requests} requests"
    if any(goal.figure == FIRST_LINE for goal in result.case.goals) and runs[0].first_output is not None:
        yield f"first line after {spread_of(runs, 'first_output').median:.3f} s"


def show(spread, digits):
    if spread.least == spread.most:
        return f"{spread.median:.{digits}f}"
    return f"{spread.median:.{digits}f} ({spread.least:.{digits}f}–{spread.most:.{digits}f})"


def versions(results):
    labels = {label for result in results for label in result.labels.values()}
    return ", ".join(sorted(labels))


def machine():
    return f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def write_json(path, results, verdicts):
    document = {
        "machine": machine(),
        "goals": [vars(verdict) for verdict in verdicts],
        "cases": [
            {
                "work": result.case.name,
                "place": result.case.place,
                "notes": result.notes,
                "programs": result.labels,
                "runs": {
                    name: [{key: value for key, value in vars(run).items() if key != "output"} for run in runs]
                    for name, runs in result.runs.items()
                },
            }
            for result in results
        ],
    }
    with open(path, "w") as file:
        json.dump(document, file, indent=2, ensure_ascii=False)
        file.write("\n")
