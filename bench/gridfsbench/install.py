"""Installs by package name, and builds, what the benchmark runs; then goes on in a network namespace of its own."""

import os
import shlex
import shutil
import subprocess
import sys

from .places import BENCH, BUILT, LOG, PYTHON, RELEASE_PROGRAM, ROOT, VENV

WITH_ITS_OWN_NETWORK = "GRIDFS_BENCH_STARTED"  # set for the run itself, to yes or no
MONGOD = "GRIDFS_BENCH_MONGOD"


def is_prepared():
    return WITH_ITS_OWN_NETWORK in os.environ


def has_its_own_network():
    return os.environ[WITH_ITS_OWN_NETWORK] == "yes"


def prepare(options):
    """Does not return: the run itself has pymongo, and a network that belongs to it."""
    BUILT.mkdir(parents=True, exist_ok=True)
    LOG.write_bytes(b"")
    go, mongod = run([BENCH / "tools" / "prepare"], stderr=None).splitlines()
    make_venv()
    run([go, "build", "-buildvcs=false", "-trimpath", "-o", BUILT / "godriver", "."], cwd=BENCH / "peers" / "godriver")
    compile_c("libmongoc", BENCH / "peers" / "libmongoc", *libmongoc_flags())
    compile_c("discard", BENCH / "servers" / "discard", *libmongoc_flags())
    compile_c("floor", BENCH / "servers" / "floor")
    compile_c("measure", BENCH / "tools")
    if not options.program:
        run(["cmake", "--preset", "release"], cwd=ROOT)
        run(["cmake", "--build", "--preset", "release", "--target", "gridfs"], cwd=ROOT)
    namespace = find_namespace()
    os.environ[WITH_ITS_OWN_NETWORK] = "yes" if namespace else "no"
    os.environ[MONGOD] = mongod
    command = [*namespace, str(PYTHON), *sys.argv]
    os.execvp(command[0], command)


def find_namespace():
    """The command to start the run with, or none where that is not allowed."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *user, "--net"]
    tried = subprocess.run([*command, "ip", "tuntap", "add", "mode", "tun"], capture_output=True, text=True)
    if tried.returncode == 0:
        return command
    print(f"bench: no links to a far server here: {tried.stderr.strip()}", file=sys.stderr)
    return []


def run(command, stderr=subprocess.STDOUT, **keywords):
    """Runs a step quietly; if it fails, what it said is shown."""
    command = [str(part) for part in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, text=True, **keywords)
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise SystemExit(f"bench: {shlex.join(command)} failed")
    return done.stdout


def libmongoc_flags():
    for package in ("mongoc2", "libmongoc-1.0"):
        found = subprocess.run(["pkg-config", "--cflags", "--libs", package], capture_output=True, text=True)
        if found.returncode == 0:
            return shlex.split(found.stdout)
    raise SystemExit("bench: pkg-config does not find libmongoc")


def make_venv():
    wanted = (BENCH / "peers" / "pymongo" / "requirements.txt").read_text()
    mark = VENV / "installed.txt"
    if not mark.exists() or mark.read_text() != wanted:
        run(["/usr/bin/python3", "-m", "venv", "--clear", VENV])
        run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted.split()])
        mark.write_text(wanted)


def compile_c(name, directory, *flags):
    program = BUILT / name
    newest = max(path.stat().st_mtime for path in directory.iterdir())
    if not program.exists() or program.stat().st_mtime < newest:
        sources = sorted(directory.glob("*.c"))
        run(["cc", "-O2", "-std=gnu11", "-D_GNU_SOURCE", "-o", program, *sources, *flags, "-pthread"])


def our_program(options):
    found = shutil.which(str(options.program or RELEASE_PROGRAM))
    if found is None:
        raise SystemExit(f"bench: {options.program} is not a program")
    return os.path.abspath(found)
