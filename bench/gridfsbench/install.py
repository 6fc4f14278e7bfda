"""Installs by package name, and builds, what the benchmark runs."""

import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .places import BENCH, BUILT, DEVSERVER, RELEASE_PROGRAM, ROOT, TOXIPROXY, VENV


@dataclass
class Tools:
    python: Path
    godriver: Path
    libmongoc: Path
    discard: Path
    floor: Path
    measure: Path
    java_classes: str
    devserver: Path = DEVSERVER
    toxiproxy: Path = TOXIPROXY


def install():
    BUILT.mkdir(parents=True, exist_ok=True)
    go = run([BENCH / "tools" / "prepare"], stderr=None).strip()
    return Tools(
        python=make_venv(),
        godriver=build_go(go, "godriver"),
        libmongoc=compile_c("libmongoc", BENCH / "peers" / "libmongoc", with_libmongoc=True),
        discard=compile_c("discard", BENCH / "servers" / "discard", with_libmongoc=True),
        floor=compile_c("floor", BENCH / "servers" / "floor"),
        measure=compile_c("measure", BENCH / "tools"),
        java_classes=build_java_server(),
    )


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
    python = VENV / "bin" / "python"
    wanted = (BENCH / "peers" / "pymongo" / "requirements.txt").read_text()
    mark = VENV / "installed.txt"
    if not mark.exists() or mark.read_text() != wanted:
        run(["/usr/bin/python3", "-m", "venv", "--clear", VENV])
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted.split()])
        mark.write_text(wanted)
    return python


def build_go(go, name):
    run([go, "build", "-buildvcs=false", "-trimpath", "-o", BUILT / name, "."], cwd=BENCH / "peers" / name)
    return BUILT / name


def compile_c(name, directory, with_libmongoc=False):
    program = BUILT / name
    newest = max(path.stat().st_mtime for path in directory.iterdir())
    if not program.exists() or program.stat().st_mtime < newest:
        flags = libmongoc_flags() if with_libmongoc else []
        sources = sorted(directory.glob("*.c"))
        run(["cc", "-O2", "-std=gnu11", "-D_GNU_SOURCE", "-o", program, *sources, *flags, "-pthread"])
    return program


def build_java_server():
    project = BENCH / "servers" / "javaserver"
    classes, libraries = BUILT / "javaserver" / "classes", BUILT / "javaserver" / "lib"
    source = project / "src" / "main" / "java" / "Main.java"
    compiled = classes / "Main.class"
    newest = max(source.stat().st_mtime, (project / "pom.xml").stat().st_mtime)
    if not compiled.exists() or compiled.stat().st_mtime < newest:
        run(["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={libraries}"], cwd=project)
        run(["javac", "-cp", f"{libraries}/*", "-d", classes, source])
    return f"{classes}:{libraries}/*"


def build_gridfs():
    """The program as its users get it."""
    run(["cmake", "--preset", "release"], cwd=ROOT)
    run(["cmake", "--build", "--preset", "release", "--target", "gridfs"], cwd=ROOT)
    return RELEASE_PROGRAM
