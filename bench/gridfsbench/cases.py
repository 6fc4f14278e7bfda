"""What is measured, where, how often, and what is to be reached."""

from dataclasses import dataclass, field
from typing import Callable, Optional

from .goals import ADDED, CPU, FASTER, FIRST_LINE, TIME
from .networks import FAR, NARROW, NEAR, STRAIGHT, Network
from .servers import DISCARD, FERRETDB, MONGODB, MONGODB_ON_DISK
from .sizes import LISTED_FILE, SMALL_FILE, say_bytes
from .works import Check, Get, GetListed, GetTree, List, ListNothing, Put, PutTree, Remove, RemoveListed, Start

VERY_OFTEN, OFTEN, SELDOM, TWICE, ONCE = 30, 5, 3, 2, 1  # rounds


@dataclass(frozen=True)
class Goal:
    """What is asked of gridfs: a figure of at least, or at most, `bound`."""

    figure: str  # a key of FIGURES
    bound: float


def faster(bound):
    return Goal(FASTER, bound)


CHEAP = Goal(CPU, 1.5)
AT_ONCE = Goal(FIRST_LINE, 0.1)


@dataclass(frozen=True)
class Variant:
    """gridfs with other options, which then takes the peers' place."""

    name: str
    options: tuple = ()
    uri_options: str = ""


@dataclass(frozen=True)
class Case:
    name: str
    work: Callable
    server: Optional[str] = MONGODB
    network: Network = STRAIGHT
    goals: tuple = ()
    rounds: int = SELDOM
    peers: bool = True
    variants: tuple = ()
    floor: bool = False
    to_disk: bool = False
    mongofiles: str = ""  # its time ÷ that of gridfs in an earlier run
    arguments: dict = field(default_factory=dict)

    @property
    def place(self):
        places = [self.server or "none"]
        return ", ".join(places if self.network is STRAIGHT else [*places, self.network.name])

    @property
    def uses_disk(self):
        return self.to_disk or self.server == MONGODB_ON_DISK

    def __str__(self):
        return f"{self.name} ({self.place})"


def all_cases(session):
    """Those that this machine can run."""
    cases = [*puts(session), *gets(session), *trees(session), *options(session), *buckets(session), *large_bucket(session), *starts()]
    return [
        case
        for case in cases
        if (case.server is None or case.server in session.servers) and (case.network is STRAIGHT or session.own_network)
    ]


def puts(session):
    sizes = session.sizes

    def put(size, *where, **more):
        return Case(f"put {say_bytes(size)}", Put, *where, arguments={"file": lambda: session.file(size)}, **more)

    return [
        put(sizes.put, goals=(faster(2),), rounds=OFTEN, mongofiles="2.1"),
        put(sizes.put, MONGODB_ON_DISK),
        put(sizes.put, MONGODB, NEAR, goals=(faster(1.5),), mongofiles="1.24"),
        put(sizes.put, MONGODB, FAR, goals=(faster(2),)),
        put(sizes.large, DISCARD, goals=(CHEAP,), rounds=OFTEN, floor=True),
        put(sizes.on_ferretdb, FERRETDB, goals=(faster(1),)),
    ]


def gets(session):
    sizes = session.sizes

    def get(size, *where, to_disk=False, **more):
        arguments = {"target": session.disk if to_disk else session.memory, "file": lambda: session.file(size)}
        name = f"get {say_bytes(size)} {'to disk' if to_disk else 'to memory'}"
        return Case(name, Get, *where, to_disk=to_disk, arguments=arguments, **more)

    return [
        get(sizes.large, goals=(faster(2), CHEAP), rounds=OFTEN, floor=True, mongofiles="1.6"),
        get(sizes.large, to_disk=True, goals=(faster(1.2),)),
        get(sizes.medium, goals=(faster(1.5),), rounds=OFTEN, mongofiles="1.25"),
        get(sizes.medium, to_disk=True, rounds=OFTEN, mongofiles="0.75–1.0"),
        get(sizes.medium, MONGODB, NEAR, goals=(faster(1.2),), rounds=OFTEN, mongofiles="1.06"),
        get(sizes.medium, MONGODB, FAR, goals=(faster(1.2),), rounds=OFTEN),
        get(sizes.large, DISCARD, goals=(CHEAP,), rounds=OFTEN, floor=True),
        get(sizes.on_ferretdb, FERRETDB, goals=(faster(1),)),
    ]


def trees(session):
    sizes = session.sizes

    def tree(count):
        return {"tree": lambda: session.small_tree(count)}

    def put(count, *where, **more):
        return Case(f"put {count:,} × {say_bytes(SMALL_FILE)}", PutTree, *where, arguments=tree(count), **more)

    def get(count, *where, to_disk=False, **more):
        arguments = {"target": session.disk if to_disk else session.memory, **tree(count)}
        name = f"get {count:,} × {say_bytes(SMALL_FILE)} {'to disk' if to_disk else 'to memory'}"
        return Case(name, GetTree, *where, to_disk=to_disk, arguments=arguments, **more)

    many, few = sizes.small_files, sizes.small_files_on_ferretdb
    return [
        put(many, goals=(faster(100),), mongofiles="110"),
        put(many, MONGODB_ON_DISK),
        put(many, MONGODB, NEAR, goals=(faster(150),), mongofiles="184"),
        put(few, FERRETDB, goals=(faster(1),)),
        get(many, goals=(faster(14),), mongofiles="13–15"),
        get(many, to_disk=True, goals=(faster(8),), mongofiles="2.2"),
        get(many, MONGODB, NEAR, goals=(faster(60),)),
        get(few, FERRETDB, goals=(faster(1),)),
        Case(f"rm of {many:,}", Remove, goals=(faster(20),), arguments=tree(many)),
    ]


def options(session):
    """gridfs beside itself."""
    sizes = session.sizes
    typed = Variant("--content-type auto", ("--content-type", "auto"))
    compressed = tuple(Variant(f"with {name}", uri_options=f"compressors={name}") for name in ("snappy", "zlib", "zstd"))
    jobs = Variant("-j 8", ("-j", "8")), Variant("-j 8 with zstd", ("-j", "8"), "compressors=zstd")
    large = {"file": lambda: session.file(sizes.large)}
    text = {"file": lambda: session.text(sizes.text)}
    tree = {"tree": lambda: session.typed_tree(sizes.typed_files)}
    memory = {"target": session.memory}
    log = f"{say_bytes(sizes.text)} of a log"
    own = {"peers": False}
    return [
        Case(f"put -r of {sizes.typed_files:,}", PutTree, goals=(Goal(ADDED, 1.1),), variants=(typed,), arguments=tree, **own),
        Case(f"put {say_bytes(sizes.large)}", Put, variants=jobs, arguments=large, **own),
        Case(f"get {say_bytes(sizes.large)}", Get, variants=jobs, arguments=memory | large, **own),
        Case(f"put {log}", Put, MONGODB, NARROW, variants=compressed, arguments=text, **own),
        Case(f"get {log}", Get, MONGODB, NARROW, variants=compressed, arguments=memory | text, **own),
    ]


def buckets(session):
    count = session.sizes.listing
    forms = {"ls": ((), 2, "2.2"), "ls -l": (("-l",), 2, ""), "ls --json": (("--json",), 1.5, "")}
    of_small = f"{count:,} files of {say_bytes(LISTED_FILE)}"
    return [
        *(
            Case(f"{name} of {count:,}", List, goals=(faster(bound), AT_ONCE), mongofiles=noted, arguments={"count": count, "form": form})
            for name, (form, bound, noted) in forms.items()
        ),
        Case(f"check of {of_small}", Check, peers=False, arguments={"count": count}),
        Case(
            f"check --read-data of {of_small}", Check, goals=(Goal(TIME, 2.5),), rounds=TWICE, peers=False,
            arguments={"count": count, "form": ("--read-data",)},
        ),
    ]


def large_bucket(session):
    """How the time grows with the bucket, or with what is asked for; the memory must not grow."""
    count = session.sizes.most_files
    once = {"peers": False, "rounds": ONCE}

    def case(name, work, **form):
        return Case(f"{name} of {count:,}", work, arguments={"count": count, **form}, **once)

    return [
        case("ls", List),
        case("ls --latest", List, form=("--latest",)),
        case("get-by-name -r of 100 out", GetListed),
        case("check", Check),
        case("rm -r", RemoveListed),
    ]


def starts():
    return [
        Case("--version", Start, None, goals=(Goal(TIME, 0.005),), rounds=VERY_OFTEN, arguments={"method": "version"}),
        Case("--help", Start, None, goals=(Goal(TIME, 0.005),), rounds=VERY_OFTEN, peers=False, arguments={"method": "help"}),
        Case("ls of nothing", ListNothing, goals=(Goal(TIME, 0.007),), rounds=VERY_OFTEN),
    ]
