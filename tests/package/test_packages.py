"""The Debian packages in build/package: what is in them, what lintian says, whether they can be installed, used and
removed on a bare Debian, and whether another build makes the same. `scripts/test --package` makes them and runs this."""

import os
import platform
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2]
PACKAGES = sorted((SOURCE / "build/package").glob("*.deb"))
ARCHITECTURE = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
CAPTURED = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "timeout": 600}


def run(*command, **options):
    done = subprocess.run(command, **CAPTURED | options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def package(name):
    (path,) = (path for path in PACKAGES if path.name.startswith(f"{name}_"))
    return path


def field(path, name):
    return run("dpkg-deb", "--field", path, name).strip()


VERSION = field(package("gridfs"), "Version")
UPSTREAM = VERSION.partition("-")[0]
LIBRARY = f"libgridfs{UPSTREAM.partition('.')[0]}"


def test_their_names():
    names = [f"{name}_{VERSION}_{ARCHITECTURE}.deb" for name in ("gridfs", "libgridfs-dev", LIBRARY)]
    assert [path.name for path in PACKAGES] == sorted(names)


def test_what_they_depend_on():
    depends = {name: field(package(name), "Depends") for name in ("gridfs", "libgridfs-dev", LIBRARY)}
    assert "libmongoc-1.0-0 (>= 1.23" in depends["gridfs"] and LIBRARY not in depends["gridfs"]
    assert "libmongoc-1.0-0 (>= 1.23" in depends[LIBRARY]
    assert depends["libgridfs-dev"] == f"{LIBRARY} (= {VERSION}), libmongoc-dev, libssl-dev"


def contents(name):
    """The paths of a package's files, without their directories where those do not matter."""
    lines = run("dpkg-deb", "--contents", package(name)).splitlines()
    for mode, owner, *_ in map(str.split, lines):
        assert owner == "root/root" and mode in ("drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx")
    paths = {line.split()[5].removeprefix("./") for line in lines if not line.startswith("d")}
    about = {f"usr/share/doc/{name}/{file}" for file in ("changelog.Debian.gz", "changelog.gz", "copyright")}
    assert about <= paths
    return paths - about


def test_what_is_in_them():
    libraries = f"usr/lib/{platform.machine()}-linux-gnu"
    assert contents("gridfs") == {
        "usr/bin/gridfs",
        "usr/share/bash-completion/completions/gridfs",
        "usr/share/fish/vendor_completions.d/gridfs.fish",
        "usr/share/zsh/vendor-completions/_gridfs",
        *(f"usr/share/man/man1/{page.name}.gz" for page in SOURCE.glob("man/*.1")),
    }
    soname = f"libgridfs.so.{LIBRARY.removeprefix('libgridfs')}"
    assert contents(LIBRARY) == {
        f"{libraries}/{soname}",
        f"{libraries}/libgridfs.so.{UPSTREAM}",
        f"usr/share/lintian/overrides/{LIBRARY}",
    }
    headers = [path.name for path in SOURCE.glob("include/gridfs/*.hpp")] + ["export.hpp", "version.hpp"]
    cmake = ("config", "config-version", "targets", "targets-release")
    assert contents("libgridfs-dev") == {
        f"{libraries}/libgridfs.a",
        f"{libraries}/libgridfs.so",
        f"{libraries}/pkgconfig/gridfs.pc",
        f"{libraries}/cmake/gridfs/GridfsLibmongoc.cmake",
        *(f"{libraries}/cmake/gridfs/gridfs-{name}.cmake" for name in cmake),
        *(f"usr/include/gridfs/{name}" for name in headers),
        *(f"usr/share/doc/libgridfs-dev/examples/{path.name}" for path in SOURCE.glob("examples/*")),
    }


def test_lintian_accepts_them():
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    assert run("lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", *as_root, *PACKAGES) == ""


def test_they_work_on_a_bare_debian(database, tmp_path):
    # Where apt gets Debian from on this machine, and how.
    targets = ("--format", "deb [signed-by=$(SIGNED_BY)] $(REPO_URI) $(RELEASE) $(COMPONENT)")
    sources = tmp_path / "sources.list"
    listed = run("apt-get", "indextargets", *targets, "Created-By: Packages", "Origin: Debian")
    sources.write_text(listed.replace("[signed-by=$(SIGNED_BY)] ", ""))  # is left so where the sources name no key
    options = tmp_path / "apt.conf"
    dumped = run("apt-config", "dump", "Acquire").splitlines()
    options.write_text("".join(f"{line}\n" for line in dumped if line.startswith(("Acquire::http", "Acquire::Check-"))))
    script = Path(__file__).with_name("on_bare_debian")
    release = run("sh", "-c", '. /etc/os-release; echo "$VERSION_CODENAME"').strip()
    variables = f"GRIDFS_URI='{os.environ['GRIDFS_TEST_URI']}' DATABASE={database.name}"
    made = "the bare Debian is made"
    done = subprocess.run(
        [
            *("mmdebstrap", "--variant=apt", "--format=null", f"--aptopt={options}", f"--customize-hook=echo {made}"),
            f"--customize-hook=mkdir \"$1/packages\" && cp {script} {' '.join(map(str, PACKAGES))} \"$1/packages\"",
            f'--customize-hook=env {variables} chroot "$1" /packages/on_bare_debian',
            *(release, "/dev/null", sources),
        ],
        **CAPTURED,
    )
    if made not in done.stdout:
        pytest.skip(f"no bare Debian can be made here: {done.stdout.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stdout


def test_another_build_makes_the_same(tmp_path):
    tree = tmp_path / "elsewhere"
    tree.mkdir()
    files = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=SOURCE)
    run("sh", "-c", 'tar -c --null -T - | tar -x -C "$1"', "sh", tree, cwd=SOURCE, input=files)
    commit_date = run("git", "log", "-1", "--format=%ct", cwd=SOURCE).strip()
    environment = {**os.environ, "CCACHE_DISABLE": "1", "SOURCE_DATE_EPOCH": commit_date}
    run("cmake", "--preset", "package", cwd=tree, env=environment)
    run("cmake", "--build", "--preset", "package", "--target", "package", timeout=1800, cwd=tree, env=environment)
    differ = [path.name for path in PACKAGES if (tree / "build/package" / path.name).read_bytes() != path.read_bytes()]
    assert differ == []
