"""mongofiles: its command line, through the program and through a link."""

import os
import re

import pytest

from harness import Program, add_files, content, error, expect, tree, usage_error, wait_until

WRONG, NOT_FOUND, LOCAL = 2, 4, 9
PASSWORD_WARNING = re.compile(r"gridfs: ls: warning: --password: .*: use --password-file\n.*", re.DOTALL)


@pytest.fixture(params=["command", "link"])
def mongofiles(request, gridfs, tmp_path_factory):
    if request.param == "command":
        return lambda *arguments, **options: gridfs("mongofiles", *arguments, **options)
    link = tmp_path_factory.mktemp("bin") / "mongofiles"
    link.symlink_to(gridfs.path)
    return Program(str(link), gridfs.uri, gridfs.directory)


def test_files_go_there_and_back(mongofiles, database, bucket, tmp_path):
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir/f").write_bytes(b"old")
    expect(mongofiles("put", "dir/f", "--type", "text/plain"))
    (tmp_path / "dir/f").write_bytes(b"newer")
    expect(mongofiles("--local", "-", "put_id", "g", "42"))
    expect(mongofiles("list"), out="dir/f\t3\ng\t0\n")
    expect(mongofiles("list", "dir"), out="dir/f\t3\n")
    expect(mongofiles("put", "-r", "dir/f"))
    expect(mongofiles("search", "^d.*f$"), out="dir/f\t5\n")
    assert content(bucket, "42") == b""
    assert [file.get("metadata") for file in database["fs.files"].find({"filename": "dir/f"})] == [None]

    (tmp_path / "dir/f").write_bytes(b"local")
    expect(mongofiles("get", "dir/f"))
    expect(mongofiles("get", "dir/f", "--local=-"), out="newer")
    expect(mongofiles("get_id", "42", "-l", "empty"))
    assert tree(tmp_path) == {"dir/f": b"newer", "empty": b""}
    expect(mongofiles("delete", "dir/f"))
    expect(mongofiles("delete_id", "42"))
    assert database["fs.chunks"].count_documents({}) == 0
    expect(mongofiles("list"))


def test_several_names_and_a_pattern(mongofiles, database, tmp_path):
    for name in ("a.txt", "B.TXT", "c"):
        (tmp_path / name).write_text(name)
    warning = error("put", "warning: the name './B.TXT' is not safe as a local path: it has a component '.': only 'gridfs get ID -o FILE' fetches the file")
    expect(mongofiles("put", "a.txt", "./B.TXT", "c", "--prefix=b"), err=warning)
    assert {file["filename"] for file in database["b.files"].find()} == {"a.txt", "./B.TXT", "c"}
    database["b.files"].update_one({"filename": "./B.TXT"}, {"$set": {"filename": "B.TXT"}})
    for name in ("a.txt", "B.TXT", "c"):
        (tmp_path / name).unlink()
    expect(mongofiles("--prefix", "b", "get_regex", r"\.txt$", "--regexOptions", "i"))
    assert tree(tmp_path) == {"a.txt": b"a.txt", "B.TXT": b"B.TXT"}
    expect(mongofiles("--prefix", "b", "get_regex", "^x"), err=error("get-by-name", "'^x': no such file in DB.b"), code=NOT_FOUND)
    expect(mongofiles("--prefix", "b", "get", "c", "a.txt"))
    assert len(tree(tmp_path)) == 3


def test_what_a_script_for_mongofiles_knows_nothing_of(mongofiles, database, bucket, tmp_path):
    bucket.upload_from_stream("x", b"kept")
    (tmp_path / "c.toml").write_text(f'db = "{database.name}"\nbucket = "other"\njson = true\n')
    env = {"GRIDFS_CONFIG": "c.toml", "GRIDFS_DB": database.name, "GRIDFS_BUCKET": "other"}
    expect(mongofiles("list", env=env), out="x\t4\n")
    (tmp_path / "c.toml").chmod(0o600)
    (tmp_path / "c.toml").write_text('uri = "mongodb://nobody@127.0.0.1:1/"\nusername = "nobody"\npassword = "x"\n')
    expect(mongofiles("list", env=env), out="x\t4\n")
    env["GRIDFS_URI"] = os.environ["GRIDFS_TEST_URI"]
    expect(mongofiles("delete", "x", env=env), err=error("rm", "x: no such file in test.fs"), code=NOT_FOUND)
    assert database["fs.files"].count_documents({}) == 1


def test_a_directory_is_refused_without_advice_for_gridfs(mongofiles, gridfs, tmp_path):
    (tmp_path / "src").mkdir()
    expect(mongofiles("put", "src"), err=error("put", "src: is a directory"), code=LOCAL)
    expect(gridfs("put", "src"), err=error("put", "src: is a directory; -r stores what is below it"), code=LOCAL)


def test_names_are_no_globs(mongofiles, database, bucket, tmp_path):
    bucket.upload_from_stream("x", b"kept")
    expect(mongofiles("get", "*"), err=error("get-by-name", "*: no such file in DB.fs"), code=NOT_FOUND)
    expect(mongofiles("delete", "[x]"), err=error("rm", "[x]: no such file in DB.fs"), code=NOT_FOUND)
    assert tree(tmp_path) == {} and database["fs.files"].count_documents({}) == 1


def test_errors_are_ours(mongofiles):
    expect(mongofiles("get", "x"), err=error("get-by-name", "x: no such file in DB.fs"), code=NOT_FOUND)
    expect(mongofiles("delete", "x"), err=error("rm", "x: no such file in DB.fs"), code=NOT_FOUND)
    expect(mongofiles("list", "--sslCRLFile", "x"), err=usage_error("mongofiles", "--sslCRLFile .*"), code=WRONG)
    expect(mongofiles(), err=usage_error("mongofiles", "a command is required"), code=WRONG)


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("ls", ["search", "["], "the pattern: the server refuses it: .+"),
        ("ls", ["list", "--readPreference", "x"], "--readPreference: 'x' is none of .+"),
        ("ls", ["list", "--sslCAFile", "none"], "--tlsCAFile: none: no such file or directory"),
        ("put", ["put", "a", "--writeConcern", "{w: -1}"], "--writeConcern: 'w' is .+"),
    ],
    ids=str,
)
def test_what_mongofiles_does_not_know_is_not_named(mongofiles, database, command, arguments, message):
    add_files(database, "a")
    wanted = re.compile(rf"gridfs: {command}: {message} \(see 'gridfs mongofiles --help'\)\n")
    expect(mongofiles(*arguments), err=wanted, code=WRONG)


def test_a_password_is_warned_about_and_not_shown(mongofiles):
    result = mongofiles("list", "-u", "me", "-p", "se-cret", "--timeout", "30")
    assert "cret" not in result.err + result.out.decode()
    assert PASSWORD_WARNING.fullmatch(result.err)
    expect(
        mongofiles("list", "-u", "me", "-pse-cret", "--password-file", "f"),
        err=re.compile(r".*--password excludes --password-file and --password-command.*\n"),
        code=WRONG,
    )


@pytest.mark.parametrize("form", [["-p", "hunter2"], ["-phunter2"], ["--password=hunter2"]])
def test_no_password_in_the_listing_of_processes(gridfs, form):
    with gridfs.start("mongofiles", "list", "-u", "me", *form, "--uri-file", "-") as process:
        with open(f"/proc/{process.pid}/cmdline") as listing:
            wait_until(lambda: listing.seek(0) == 0 and "xxxxxxx" in listing.read())
            listing.seek(0)
            assert "hunter2" not in listing.read()
        process.communicate(b"mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lst"], "'lst' is not a command of mongofiles: did you mean list\\?"),
        (["hunter2!"], "the first operand is not a command of mongofiles: list, search, put, .+"),
        (["--hots", "h", "list"], "unknown option --hots: did you mean --host\\?"),
        (["--databse", "d", "list"], "unknown option --databse"),
        (["--port", "abc", "list"], "--port: 'abc' is not a port number"),
    ],
)
def test_what_a_person_mistypes(mongofiles, arguments, message):
    expect(mongofiles(*arguments), err=usage_error("mongofiles", message), code=WRONG)


def test_its_help_is_that_of_the_command(mongofiles, gridfs):
    expect(mongofiles("--help"), out=gridfs("mongofiles", "--help").out)
    out = b'{ "error" : { "message" : "options of gridfs do not go with mongofiles, which is the first word, and takes its own", "exit" : 2 } }\n'
    expect(gridfs("--json", "mongofiles", "list"), out=out, err=usage_error("mongofiles"), code=WRONG)
