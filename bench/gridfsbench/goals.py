"""Holds what was measured against what is asked."""

import statistics
from dataclasses import dataclass

MEMORY_BOUND = 64  # MiB

FASTER, CPU, FIRST_LINE = "best peer's time ÷ ours", "CPU ÷ the bare socket's", "first line after"
TIME, ADDED = "time", "time ÷ that without"


@dataclass
class Verdict:
    work: str
    place: str
    wanted: str
    got: str
    reached: object  # True, False, or None if it could not be judged
    rounds: int = 0
    mongofiles: str = ""


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    @classmethod
    def of(cls, numbers):
        return cls(statistics.median(numbers), min(numbers), max(numbers))


def spread_of(runs, attribute):
    return Spread.of([getattr(run, attribute) for run in runs])


def ratios(theirs, ours):
    """Round by round, as far as both ran; what differs from round to round then hits both."""
    pairs = list(zip(theirs, ours))
    if len(theirs) < len(ours):
        middle = statistics.median(run.wall for run in theirs)
        return Spread.of([middle / run.wall for run in ours])
    return Spread.of([their.wall / our.wall for their, our in pairs])


def best_peer(result):
    peers = result.peers()
    return min(peers, key=lambda name: spread_of(result.runs[name], "wall").median) if peers else None


def times_faster(result, ours):
    best = best_peer(result)
    if best is None:
        return None, "no peer did it"
    found = ratios(result.runs[best], ours)
    return found.median, f"{found.median:.2f} ({found.least:.2f}–{found.most:.2f}), {best}"


def cpu_against_floor(result, ours):
    if result.floor not in result.runs:
        return None, "no floor"
    floor = spread_of(result.runs[result.floor], "cpu").median
    value = spread_of(ours, "cpu").median / floor
    return value, f"{value:.2f}"


def say_seconds(value):
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def first_line(result, ours):
    if any(run.first_output is None for run in ours):
        return None, "nothing was printed"
    value = spread_of(ours, "first_output")
    return value.median, say_seconds(value.median)


def time_taken(result, ours):
    value = spread_of(ours, "wall")
    return value.median, f"{say_seconds(value.median)} ({say_seconds(value.least)}–{say_seconds(value.most)})"


def times_longer(result, ours):
    """Of gridfs with more options."""
    if not result.peers():
        return None, "not run"
    found = ratios(result.runs[result.peers()[0]], ours)
    return found.median, f"{found.median:.2f} ({found.least:.2f}–{found.most:.2f}), {result.peers()[0]}"


# Of a goal's figure: how it is found, whether more is better, and how its bound is shown.
FIGURES = {
    FASTER: (times_faster, True, "{:g}"),
    CPU: (cpu_against_floor, False, "{:g}"),
    FIRST_LINE: (first_line, False, "{:g} s"),
    TIME: (time_taken, False, "{:g} s"),
    ADDED: (times_longer, False, "{:g}"),
}


def judge(result):
    case, ours = result.case, result.runs.get(result.ours, [])
    for goal in case.goals:
        find, more_is_better, form = FIGURES[goal.figure]
        wanted = f"{goal.figure} {'≥' if more_is_better else '≤'} {form.format(goal.bound)}"
        value, got = find(result, ours) if ours else (None, result.notes.get(result.ours, "not run"))
        reached = None if value is None else value >= goal.bound if more_is_better else value <= goal.bound
        noted = case.mongofiles if goal.figure == FASTER else ""
        yield Verdict(case.name, case.place, wanted, got, reached, len(ours), noted)


def judge_memory(results):
    """Over all that gridfs did in the run, with any options."""
    peaks = [
        (run.peak_mib, f"{name}: {result.case}")
        for result in results
        for name, runs in result.runs.items()
        if name.startswith(result.ours)
        for run in runs
    ]
    if not peaks:
        return []
    peak, where = max(peaks)
    got = f"{peak:.1f} MiB ({where})"
    return [Verdict("all", "all", f"peak memory ≤ {MEMORY_BOUND} MiB", got, peak <= MEMORY_BOUND, len(peaks))]
