"""What `cmake --install` puts where, and whether a program can be built with it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ["GRIDFS_BUILD_DIR"])
SOURCE = Path(__file__).parents[2]
MAN_PAGES = sorted(page.name for page in SOURCE.glob("man/*.1"))
HEADERS = sorted(header.name for header in SOURCE.glob("include/gridfs/*.hpp")) + ["export.hpp", "version.hpp"]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def cached(variable):
    """The value of one of the variables that the build was configured with."""
    return re.search(rf"^{variable}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)[1]


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Where the prefix /opt/gridfs has been staged."""
    stage = tmp_path_factory.mktemp("stage")
    run("cmake", "--install", BUILD, "--prefix", "/opt/gridfs", env={**os.environ, "DESTDIR": str(stage)})
    assert [entry.name for entry in stage.iterdir()] == ["opt"]
    return stage / "opt/gridfs"


def test_program(prefix):
    assert run(prefix / "bin/gridfs", "--version").startswith("gridfs ")


def test_library(prefix):
    libraries = [path for path in (prefix / cached("CMAKE_INSTALL_LIBDIR")).iterdir() if path.is_file()]
    assert {path.name.split(".")[0] for path in libraries} == {"libgridfs_bucket"}


def test_headers(prefix):
    assert sorted(path.name for path in (prefix / "include/gridfs").iterdir()) == sorted(HEADERS)


def test_man_pages(prefix):
    assert "gridfs.1" in MAN_PAGES
    assert sorted(path.name for path in (prefix / "share/man/man1").iterdir()) == MAN_PAGES


@pytest.mark.parametrize(
    "installed, shell",
    [
        ("share/bash-completion/completions/gridfs", "bash"),
        ("share/zsh/site-functions/_gridfs", "zsh"),
        ("share/fish/vendor_completions.d/gridfs.fish", "fish"),
    ],
)
def test_completions(prefix, installed, shell):
    assert (prefix / installed).read_text() == run(prefix / "bin/gridfs", "completion", shell)


def test_consumer(prefix, tmp_path):
    sanitizers = os.environ["GRIDFS_SANITIZE"]
    flags = f"-fsanitize={sanitizers}" if sanitizers else ""
    run(
        "cmake",
        *("-S", Path(__file__).with_name("consumer"), "-B", tmp_path, "-G", cached("CMAKE_GENERATOR")),
        *(f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={cached('CMAKE_CXX_COMPILER')}"),
        *(f"-DCMAKE_CXX_FLAGS={flags}", "-DCMAKE_BUILD_TYPE=Debug"),
    )
    run("cmake", "--build", tmp_path)
    version, number, error = run(tmp_path / "consumer").splitlines()
    assert f"gridfs {version.split()[0]} (libmongoc {version.split()[1]})" in run(prefix / "bin/gridfs", "--version")
    assert json.loads(number) == {"$numberInt": "42"}
    assert error == "ConfigurationError"
