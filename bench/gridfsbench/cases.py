"""What is measured, where, how often, and what is to be reached."""

from dataclasses import dataclass, field
from typing import Callable, Optional

from .goals import CPU, FASTER, FIRST_LINE, REQUESTS, TIME
from .networks import FAR, NARROW, NEAR, STRAIGHT, Network
from .servers import COUNTING, DISCARD, FERRETDB, JAVA
from .sizes import say_bytes
from .works import FirstByte, Get, GetTree, List, Put, PutTree, Remove, Start

VERY_OFTEN, OFTEN, SELDOM, TWICE = 50, 5, 3, 2  # rounds


@dataclass(frozen=True)
class Goal:
    """What is asked of gridfs: a figure of at least, or at most, `bound`."""

    figure: str  # a key of FIGURES
    bound: float


def faster(bound):
    return Goal(FASTER, bound)


CHEAP = Goal(CPU, 2)
AT_ONCE = Goal(FIRST_LINE, 0.1)


@dataclass(frozen=True)
class Case:
    name: str
    work: Callable
    server: Optional[str] = JAVA
    network: Network = STRAIGHT
    goals: tuple = ()
    rounds: int = OFTEN
    jobs: Optional[int] = None
    peers: bool = True
    floor: bool = False
    arguments: dict = field(default_factory=dict)

    @property
    def place(self):
        if self.server is None:
            return "none"
        return self.server if self.network.straight else f"{self.server}, {self.network.name}"


def all_cases(session):
    sizes = session.sizes
    return [
        *puts(sizes),
        *gets(sizes),
        *trees(session),
        *listings(),
        *removals(sizes),
        *with_eight_jobs(session),
        *starts(sizes),
    ]


def puts(sizes):
    name, large = f"put {say_bytes(sizes.large)}", {"size": sizes.large}
    small, little = f"put {say_bytes(sizes.on_ferretdb)}", {"size": sizes.on_ferretdb}
    return [
        Case(name, Put, JAVA, goals=(faster(1.2), CHEAP), floor=True, arguments=large),
        Case(name, Put, DISCARD, goals=(faster(1.2), CHEAP), floor=True, arguments=large),
        Case(name, Put, JAVA, FAR, goals=(faster(2),), rounds=SELDOM, arguments=large),
        Case(name, Put, JAVA, NARROW, goals=(faster(3),), rounds=TWICE, arguments=large),
        Case(small, Put, FERRETDB, goals=(faster(1),), rounds=SELDOM, arguments=little),
    ]


def gets(sizes):
    medium, size = f"get {say_bytes(sizes.medium)}", {"size": sizes.medium}
    name, large = f"get {say_bytes(sizes.large)}", {"size": sizes.large}
    return [
        Case(medium, Get, JAVA, goals=(faster(1.2),), floor=True, arguments=size),
        Case(medium, Get, JAVA, FAR, goals=(faster(1.2),), arguments=size),
        Case(medium, Get, DISCARD, FAR, goals=(faster(1.2),), arguments=size),
        Case(medium, Get, JAVA, NARROW, goals=(faster(3),), rounds=SELDOM, arguments=size),
        Case(medium, Get, FERRETDB, goals=(faster(1),), rounds=SELDOM, arguments=size),
        Case(name, Get, JAVA, goals=(CHEAP,), floor=True, arguments=large),
        Case(name, Get, DISCARD, goals=(faster(1.2), CHEAP), floor=True, arguments=large),
    ]


def trees(session):
    sizes = session.sizes
    small = f"tree of {sizes.small_files} × {say_bytes(sizes.small_file)}"
    few = f"tree of {sizes.small_files_on_ferretdb} × {say_bytes(sizes.small_file)}"
    mixed = f"tree of {sizes.mixed_files} mixed files"
    many = {"tree": lambda: session.small_tree(sizes.small_files)}
    some = {"tree": lambda: session.small_tree(sizes.small_files_on_ferretdb)}
    all_sizes = {"tree": session.mixed_tree}
    return [
        Case(f"put {small}", PutTree, JAVA, goals=(faster(20),), rounds=SELDOM, arguments=many),
        Case(f"put {small}", PutTree, DISCARD, goals=(faster(20),), rounds=SELDOM, arguments=many),
        Case(f"put {small}", PutTree, JAVA, NEAR, goals=(faster(60),), rounds=TWICE, arguments=many),
        Case(f"put {few}", PutTree, FERRETDB, goals=(faster(1),), rounds=SELDOM, arguments=some),
        Case(f"get {small}", GetTree, JAVA, goals=(faster(8),), rounds=SELDOM, arguments=many),
        Case(f"get {small}", GetTree, JAVA, NEAR, goals=(faster(60),), rounds=TWICE, arguments=many),
        Case(f"get {few}", GetTree, FERRETDB, goals=(faster(1),), rounds=SELDOM, arguments=some),
        Case(f"put {mixed}", PutTree, JAVA, goals=(faster(5),), rounds=SELDOM, arguments=all_sizes),
        Case(f"get {mixed}", GetTree, JAVA, goals=(faster(5),), rounds=TWICE, arguments=all_sizes),
    ]


def listings():
    forms = {"ls": (), "ls -l": ("-l",), "ls --json": ("--json",)}
    return [
        Case(name, List, server, goals=(faster(2), AT_ONCE), rounds=SELDOM, arguments={"form": form})
        for server in (JAVA, DISCARD)
        for name, form in forms.items()
    ]


def removals(sizes):
    name, count = f"rm of {sizes.removed} files", {"count": sizes.removed}
    return [
        Case(name, Remove, JAVA, goals=(faster(20),), rounds=SELDOM, arguments=count),
        Case(name, Remove, DISCARD, goals=(faster(20),), rounds=SELDOM, arguments=count),
    ]


def with_eight_jobs(session):
    """For the memory that it takes; the bytes are checked as ever."""
    sizes = session.sizes
    large, mixed = {"size": sizes.large}, {"tree": session.mixed_tree}
    alone = {"jobs": 8, "peers": False, "rounds": 1}
    return [
        Case(f"put -j 8 {say_bytes(sizes.large)}", Put, JAVA, arguments=large, **alone),
        Case(f"get -j 8 {say_bytes(sizes.large)}", Get, JAVA, arguments=large, **alone),
        Case("put -j 8 of the mixed tree", PutTree, JAVA, arguments=mixed, **alone),
        Case("get -j 8 of the mixed tree", GetTree, JAVA, arguments=mixed, **alone),
    ]


def starts(sizes):
    # The fewest that the protocol allows: the greeting, the files document, the chunks.
    fewest = Goal(REQUESTS, 3)
    return [
        Case("start: --version", Start, None, goals=(Goal(TIME, 0.005),), rounds=VERY_OFTEN),
        Case("requests of get", FirstByte, COUNTING, goals=(fewest,), rounds=1, arguments={"size": sizes.medium}),
    ]
