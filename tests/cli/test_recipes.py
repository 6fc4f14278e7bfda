"""docs/recipes.md: each recipe as it stands there, with other paths and databases."""

import gzip
import os
import pathlib
import re
import subprocess

import pytest

DAMAGED = 8
RECIPES = pathlib.Path(__file__).parents[2] / "docs" / "recipes.md"


def blocks(title, language="sh"):
    section = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", RECIPES.read_text(), re.MULTILINE | re.DOTALL).group(1)
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.fixture
def run(gridfs, database, tmp_path):
    """Runs a block of shell, with a `mysqldump` that prints what `dump` holds, or fails if there is none."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gridfs").symlink_to(gridfs.path)
    (programs / "mysqldump").write_text(f"#!/bin/sh\nprintf unfinished; cat {tmp_path}/dump\n")
    (programs / "mysqldump").chmod(0o755)

    def run(block, **replaced):
        for old, new in {"-d backups": f"-d {database.name}", **replaced}.items():
            block = block.replace(old, str(new))
        env = gridfs.environment() | {"PATH": f"{programs}:{os.environ['PATH']}"}
        return subprocess.run(["bash", "-ec", block], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)

    return run


def test_a_nightly_dump(run, bucket, database, tmp_path):
    (block,) = blocks("A nightly dump")
    (tmp_path / "dump").write_text(", and finished")
    for _ in range(3):
        result = run(block)
        assert (result.returncode, result.stderr) == (0, "")
    kept = list(bucket.find({}))  # of one day the newest, and the oldest of all as long as there are not seven days
    assert [(one.filename, gzip.decompress(one.read())) for one in kept] == [("shop.sql.gz", b"unfinished, and finished")] * 2
    (tmp_path / "dump").unlink()
    result = run(block)
    assert result.returncode == 9 and "gridfs: put: shop.sql.gz: the command failed: exit status 1\n" in result.stderr
    assert [one._id for one in bucket.find({})] == [one._id for one in kept]
    assert database.fs.chunks.count_documents({}) == 2


def test_a_mirror(run, bucket, tmp_path):
    mirror, exact, restore = blocks("A mirror of a directory")
    source, target = tmp_path / "photos", tmp_path / "restored"
    (source / "2026").mkdir(parents=True)
    target.mkdir()
    for name in ("2026/a", "b"):
        (source / name).write_text(name)
    replaced = {"/srv/photos": source, "/srv/restored": target}
    assert run(mirror, **replaced).returncode == 0
    (source / "b").unlink()
    (source / "2026/a").write_text("2026/a, changed")
    assert run(mirror, **replaced).returncode == 0
    names = [one.filename for one in bucket.find({}, sort=[("filename", 1)])]
    assert names == ["photos/2026/a", "photos/2026/a", "photos/b"]  # all that is younger than 30 days
    (source / "2026/a").write_text("2026/a")
    assert run(exact, **replaced).returncode == 0
    assert {one.filename for one in bucket.find({})} == {"photos/2026/a"}
    assert run(restore, **replaced).returncode == 0
    assert (target / "2026" / "a").read_text() == "2026/a" and not (target / "b").exists()


def test_a_copy(run, gridfs, bucket, other, tmp_path):
    (block,) = blocks("A copy in another deployment")
    (tmp_path / "uri").write_text(gridfs.uri)
    ids = []
    for dump in (b"monday", b"tuesday"):
        ids.append(bucket.upload_from_stream("dir/a", dump))
        for _ in range(2):
            result = run(block, **{"/etc/backup/second-uri": tmp_path / "uri", "offsite": other.name})
            assert (result.returncode, result.stderr) == (0, "")
    assert [one["_id"] for one in other.fs.files.find(sort=[("_id", 1)])] == ids


def test_a_configuration_and_a_log(run, gridfs, bucket, database, tmp_path):
    title = "A configuration and a log for all of them"
    (text,), (block,) = blocks(title, "toml"), blocks(title)
    uri = text.split('"')[1]
    replaced = {uri: gridfs.uri, '"backups"': f'"{database.name}"', "/var/log": tmp_path, "tar -C / -cz etc": "printf etc"}
    for old, new in replaced.items():
        text = text.replace(old, str(new))
    (tmp_path / ".config" / "gridfs").mkdir(parents=True)
    (tmp_path / ".config" / "gridfs" / "config.toml").write_text(text)
    result = run(f"export HOME={tmp_path}; chmod 600 .config/gridfs/config.toml; unset GRIDFS_URI XDG_CONFIG_HOME\n{block}", **replaced)
    assert (result.returncode, result.stderr) == (0, ""), result
    (stored,) = bucket.find({})
    assert (stored.filename, stored.read()) == ("etc.tar.gz", b"etc")
    lines = result.stdout.splitlines()
    assert f"db\t{database.name}\t{tmp_path}/.config/gridfs/config.toml:3" in lines
    assert lines[-2] == str(stored._id) and f"put: stored file {stored._id} ('etc.tar.gz', 3 bytes)" in lines[-1]


def test_the_file_of_a_date(run, bucket, tmp_path):
    (block,) = blocks("Last Tuesday's file")
    ids = [run(f"printf {text} | gridfs -d backups put - --name shop.sql.gz --checksum").stdout.strip() for text in ("first", "second")]
    expected = re.compile(rf"{ids[0]}\t.*\n{ids[1]}\t.*\n")
    result = run(block)
    assert (result.returncode, result.stderr) == (0, "") and expected.fullmatch(result.stdout)
    assert (tmp_path / "restored.sql.gz").read_bytes() == b"second"


def test_freshness(run, bucket, database):
    fresh, everything = blocks("Is last night's backup there?")
    assert run(fresh).returncode == 4
    file_id = bucket.upload_from_stream("shop.sql.gz", b"content")
    assert run(fresh).returncode == run(everything).returncode == 0
    database.fs.chunks.delete_one({"files_id": file_id})
    result = run(fresh)
    assert result.returncode == DAMAGED and result.stderr.count("\n") == 1, result
    assert run(everything).returncode == DAMAGED


def test_what_fills_a_bucket(run, bucket):
    (block,) = blocks("What fills a bucket")
    for name, size in (("logs/a", 3_000), ("logs/b", 4_000), ("photos/c", 9_000)):
        bucket.upload_from_stream(name, bytes(size))
    result = run(block)
    assert (result.returncode, result.stderr) == (0, "")
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [line[-1] for line in lines] == ["logs/", "photos/", ".", "photos/c", "logs/b", "logs/a"]


@pytest.mark.parametrize(("title", "language"), [("From cron", ""), ("From systemd", "ini")])
def test_the_commands_of_other_services(run, bucket, gridfs, tmp_path, title, language):
    """Without the service: the command lines themselves."""
    (tmp_path / "uri").write_text(gridfs.uri)
    text = "\n".join(blocks(title, language))
    lines = re.findall(r"(?:^ExecStart\w*=|root  )/usr/bin/(gridfs .*)$", text, re.MULTILINE)
    assert lines
    paths = {"/etc/backup/uri": tmp_path / "uri", "${CREDENTIALS_DIRECTORY}": tmp_path, "-C / -cz etc": f"-C {tmp_path} -cz uri"}
    for line in lines:
        result = run(line, **paths)
        assert (result.returncode, result.stderr) == (0, ""), result
    assert [one.filename for one in bucket.find({})] == ["etc.tar.gz"]
