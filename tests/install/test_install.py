"""What `cmake --install` puts where, and whether a program can be built with it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ["GRIDFS_BUILD_DIR"])
SOURCE = Path(__file__).parents[2]
CONSUMER = Path(__file__).with_name("consumer")
MAN_PAGES = sorted(page.name for page in SOURCE.glob("man/*.1"))
HEADERS = sorted(header.name for header in SOURCE.glob("include/gridfs/*.hpp")) + ["export.hpp", "version.hpp"]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def cached(variable):
    """The value of one of the variables that the build was configured with."""
    return re.search(rf"^{variable}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE)[1]


VERSION = cached("CMAKE_PROJECT_VERSION")
COMPILER = cached("CMAKE_CXX_COMPILER")
SANITIZERS = [f"-fsanitize={os.environ['GRIDFS_SANITIZE']}"] if os.environ["GRIDFS_SANITIZE"] else []


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Where the prefix /opt/gridfs has been staged."""
    stage = tmp_path_factory.mktemp("stage")
    run("cmake", "--install", BUILD, "--prefix", "/opt/gridfs", env={**os.environ, "DESTDIR": str(stage)})
    assert [entry.name for entry in stage.iterdir()] == ["opt"]
    return stage / "opt/gridfs"


@pytest.fixture(scope="module")
def libraries(prefix):
    return prefix / cached("CMAKE_INSTALL_LIBDIR")


def test_program(prefix):
    assert run(prefix / "bin/gridfs", "--version").startswith(f"gridfs {VERSION} ")


def test_library(libraries):
    major = VERSION.partition(".")[0]
    shared = [f"libgridfs.so{suffix}" for suffix in ("", f".{major}", f".{VERSION}")]
    assert sorted(path.name for path in libraries.iterdir() if not path.is_dir()) == ["libgridfs.a", *shared]
    assert f"Library soname: [libgridfs.so.{major}]" in run("readelf", "--dynamic", libraries / "libgridfs.so")


def test_only_what_is_public_is_exported(libraries):
    lines = run("nm", "--dynamic", "--defined-only", "--demangle", libraries / "libgridfs.so").splitlines()
    symbols = [line.split(maxsplit=2)[1:] for line in lines]
    # Code of the standard library's templates is weak.
    ours = [name.partition("(")[0] for kind, name in symbols if kind not in "uVW" or "std::" not in name.partition("<")[0]]
    assert "gridfs::Bucket::find" in ours
    public = re.compile(r"((virtual thunk to|vtable for|VTT for|typeinfo( name)? for) )?gridfs::(?!detail::)|std::hash<")
    assert [name for name in ours if not public.match(name) or re.search("::(Impl|Buffer|Holder)", name)] == []


def test_headers(prefix):
    assert sorted(path.name for path in (prefix / "include/gridfs").iterdir()) == sorted(HEADERS)


def test_man_pages(prefix):
    assert "gridfs.1" in MAN_PAGES
    installed = sorted((prefix / "share/man/man1").iterdir())
    assert [path.name for path in installed] == MAN_PAGES
    assert [path.name for path in installed if f"\n.Os gridfs {VERSION}\n" not in path.read_text()] == []


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


def build(source, prefix, directory):
    run(
        *("cmake", "-S", source, "-B", directory, "-G", cached("CMAKE_GENERATOR"), f"-DCMAKE_PREFIX_PATH={prefix}"),
        *(f"-DCMAKE_CXX_COMPILER={COMPILER}", f"-DCMAKE_CXX_FLAGS={' '.join(SANITIZERS)}", "-DCMAKE_BUILD_TYPE=Debug"),
        f"-DGRIDFS_VERSION={VERSION}",
    )
    run("cmake", "--build", directory)


def check_consumer(prefix, program, **options):
    version, number, error = run(program, **options).splitlines()
    assert f"gridfs {version.split()[0]} (libmongoc {version.split()[1]})" in run(prefix / "bin/gridfs", "--version")
    assert json.loads(number) == {"$numberInt": "42"}
    assert error == "ConfigurationError"


def test_consumer(prefix, tmp_path):
    build(CONSUMER, prefix, tmp_path)
    for library in ("bucket", "bucket_static"):
        check_consumer(prefix, tmp_path / library)


def test_pkg_config(prefix, libraries, tmp_path):
    def flags(*options):
        return run("pkg-config", *options, "gridfs", env={**os.environ, "PKG_CONFIG_PATH": f"{libraries}/pkgconfig"}).split()

    assert flags("--modversion") == [VERSION]
    main, shared, static = (tmp_path / name for name in ("main.o", "shared", "static"))
    run(COMPILER, "-std=c++20", *SANITIZERS, *flags("--cflags"), "-c", CONSUMER / "main.cpp", "-o", main)
    run(COMPILER, *SANITIZERS, main, *flags("--libs"), "-o", shared)
    check_consumer(prefix, shared, env={**os.environ, "LD_LIBRARY_PATH": str(libraries)})
    libs = [flag.replace("-lgridfs", "-l:libgridfs.a") for flag in flags("--static", "--libs")]
    run(COMPILER, *SANITIZERS, main, *libs, "-o", static)
    check_consumer(prefix, static)


def test_examples(prefix, database, tmp_path):
    examples = prefix / "share/doc/gridfs/examples"
    assert sorted(path.name for path in examples.iterdir()) == sorted(path.name for path in SOURCE.glob("examples/*"))
    build(examples, prefix, tmp_path)
    uri = os.environ["GRIDFS_TEST_URI"]

    def example(name, *arguments, code=0):
        words = [tmp_path / name, uri, database.name, *arguments]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    report = tmp_path / "report.pdf"
    for content, metadata in (("first", []), ("second one", ['{"contentType": "application/pdf"}'])):
        report.write_text(content)
        assert re.fullmatch(r'{ "\$oid" : "[0-9a-f]{24}" }\n', example("store", report, *metadata))
    assert re.fullmatch(r"10\t\d{10}\tapplication/pdf\treport.pdf\n", example("list"))
    assert example("list", '{"length": 1}') == ""
    for revision, content in ((["0"], "first"), ([], "second one")):
        example("fetch", "report.pdf", *revision)
        assert report.read_text() == content

    for source in (tmp_path / "none", tmp_path):
        assert "could not be read" in example("store", source, code=1)
    assert example("store", report, "{", code=2)
    assert example("list", "{", code=1)
    for name, revision, code in (("none", "0", 4), ("report.pdf", "2", 4), ("a/report.pdf", "0", 2), ("report.pdf", "x", 2)):
        assert example("fetch", name, revision, code=code)
    database.fs.chunks.delete_many({})
    assert "chunk" in example("fetch", "report.pdf", code=1)
    assert report.read_text() == "second one" and not list(tmp_path.glob("*.part"))
