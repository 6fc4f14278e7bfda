"""The configuration file, the environment, and what `config` prints of them."""

import json
import os
import re

import pytest

from harness import Program, TerminalRun, add_files, error, error_like, expect, usage_error

DEFAULTS = {
    "uri": "mongodb://localhost:27017",
    "db": "test",
    "bucket": "fs",
    "retries": "3",
    "retries-sleep": "0.5",
    "jobs": "4",
    "color": "auto",
    "log-format": "text",
}


@pytest.fixture
def configured(gridfs, tmp_path):
    """Writes a configuration file, and runs `config` with it; gives the options with their values and sources."""

    def run(text, *arguments, mode=0o600, **env):
        (tmp_path / "c.toml").write_text(text)
        (tmp_path / "c.toml").chmod(mode)
        result = gridfs("config", "--json", "--config", "c.toml", *arguments, env={"GRIDFS_URI": None} | env)
        expect(result, out=re.compile(rb"(\{.+\}\n)+"))
        rows = [json.loads(line) for line in result.out.decode().splitlines()]
        return {row["option"]: (row["value"], row["source"]) for row in rows}

    return run


@pytest.fixture
def refused(gridfs, tmp_path):
    """The message about a configuration file."""

    def run(text, *arguments, **env):
        (tmp_path / "c.toml").write_text(text)
        result = gridfs("ls", "--config", "c.toml", *arguments, env=env)
        expect(result, err=re.compile("gridfs: .+\n"), code=2)
        return result.err.removeprefix("gridfs: ").rstrip("\n")

    return run


def test_the_defaults(configured):
    options = configured("")
    assert options["config"] == ("c.toml", "--config")
    assert options["json"] == ("true", "--json")
    assert {name: options[name] for name in DEFAULTS} == {name: (value, "default") for name, value in DEFAULTS.items()}
    assert not {"profile", "username", "password", "tls", "log-file", "write-concern"} & options.keys()


def test_the_command_line_overrides_the_environment_which_overrides_the_file(configured):
    text = 'jobs = 2\nretries = 2\nbucket = "file"\ndb = "file"\n[profile.p]\nretries = 5\nbucket = "profile"\n'
    options = configured(text)
    assert options["jobs"] == ("2", "c.toml:1")
    assert options["retries"] == ("2", "c.toml:2")
    options = configured(text, "--profile", "p", "-b", "flag", GRIDFS_BUCKET="environment", GRIDFS_DB="environment")
    assert options["profile"] == ("p", "--profile")
    assert options["jobs"] == ("2", "c.toml:1")
    assert options["retries"] == ("5", "c.toml:6")
    assert options["bucket"] == ("flag", "--bucket")
    assert options["db"] == ("environment", "GRIDFS_DB")
    assert configured(text, GRIDFS_BUCKET="")["bucket"] == ("file", "c.toml:3")


def test_the_connection_string(configured):
    text = 'uri = "mongodb://file/a"'
    assert configured(text)["uri"] == ("mongodb://file/a", "c.toml:1")
    assert configured(text)["db"] == ("a", "c.toml:1")
    both = {"GRIDFS_URI": "mongodb://ours", "MONGODB_URI": "mongodb://anyone"}
    assert configured(text, MONGODB_URI="mongodb://anyone")["uri"] == ("mongodb://anyone", "MONGODB_URI")
    assert configured(text, **both)["uri"] == ("mongodb://ours", "GRIDFS_URI")
    assert configured(text, "--uri", "mongodb://flag", **both)["uri"] == ("mongodb://flag", "--uri")


@pytest.mark.parametrize(
    ("text", "arguments", "env", "wanted"),
    [
        ('db = "file"', ["--uri", "mongodb://h/flag"], {"GRIDFS_DB": "environment"}, ("flag", "--uri")),
        ('db = "file"', ["--uri-file", "uri"], {}, ("of-file", "--uri-file")),
        ('db = "file"', [], {"MONGODB_URI": "mongodb://h/environment"}, ("environment", "MONGODB_URI")),
        ("", [], {"MONGODB_URI": "mongodb://h/general", "GRIDFS_DB": "ours"}, ("ours", "GRIDFS_DB")),
        ("", ["--uri", "mongodb://h/flag", "-d", "db"], {}, ("db", "--db")),
        ('uri = "mongodb://h/uri"\ndb = "db"', [], {}, ("db", "c.toml:2")),
        ('db = "file"', ["--uri", "mongodb://h"], {}, ("file", "c.toml:1")),
        ('db = "file"', ["--uri", "mongodb://h/admin"], {}, ("file", "c.toml:1")),  # it is there to authenticate
        ("", ["--uri", "mongodb://h/admin"], {}, ("admin", "--uri")),
    ],
)
def test_the_database_of_the_stronger_source(configured, tmp_path, text, arguments, env, wanted):
    (tmp_path / "uri").write_text("mongodb://h/of-file")
    assert configured(text, *arguments, **env)["db"] == wanted


def test_the_database_that_is_used(gridfs, other, bucket):
    bucket.upload_from_stream("a", b"")
    expect(gridfs("ls", env={"GRIDFS_DB": other.name}))
    expect(gridfs("ls", "--uri", gridfs.uri, env={"GRIDFS_DB": other.name}), out="a\n")


@pytest.mark.parametrize(
    ("text", "arguments", "env", "there", "not_there"),
    [
        ('uri = "mongodb://h"', ["--uri-file", "uri"], {}, {"uri-file": "--uri-file"}, {"uri"}),
        ('uri-file = "uri"', ["--uri", "mongodb://h"], {}, {"uri": "--uri"}, {"uri-file"}),
        ("", [], {"GRIDFS_URI_FILE": "uri", "MONGODB_URI": "mongodb://h"}, {"uri-file": "GRIDFS_URI_FILE"}, {"uri"}),
        ('password = "x"', ["-u", "me", "--password-file", "p"], {}, {"password-file": "--password-file"}, {"password"}),
        (
            'password-command = "x"\n[profile.p]\npassword = "y"',
            ["--profile", "p"],
            {},
            {"password": "c.toml:3"},
            {"password-command"},
        ),
        ("quiet = true", ["-v"], {}, {"verbose": "--verbose"}, {"quiet"}),
        ("verbose = 2", ["-q"], {}, {"quiet": "--quiet"}, {"verbose"}),
        ("tls = false", ["--tls-ca-file", "ca"], {}, {"tls-ca-file": "--tls-ca-file"}, {"tls"}),
        ('tls-ca-file = "ca"', ["--no-tls"], {}, {"tls-ca-file": "c.toml:1", "tls": "--no-tls"}, set()),
        (
            'username = "a"\npassword = "x"\nauth-db = "y"\nauth-mechanism = "PLAIN"',
            ["--uri", "mongodb://me@h/"],
            {},
            {"uri": "--uri"},
            {"username", "password", "auth-db", "auth-mechanism"},
        ),
        ('username = "a"\npassword = "x"', ["--uri", "mongodb://h/"], {}, {"username": "c.toml:1", "password": "c.toml:2"}, set()),
        ('uri = "mongodb://me@h/"', [], {"GRIDFS_USERNAME": "a"}, {"uri": "c.toml:1", "username": "GRIDFS_USERNAME"}, set()),
        ('uri = "mongodb://h/?tlsCAFile=missing"', [], {}, {"uri": "c.toml:1"}, set()),
    ],
)
def test_options_that_say_the_same_thing(configured, tmp_path, text, arguments, env, there, not_there):
    (tmp_path / "uri").write_text("mongodb://h/")
    options = configured(text, *arguments, **env)
    assert {name: options[name][1] for name in there} == there
    assert not not_there & options.keys()


def test_flags_of_the_file(configured):
    options = configured("tls = true\nverbose = 2\ndry-run = true\ntls-allow-invalid-hostnames = false\n")
    assert options["tls"] == ("true", "c.toml:1")
    assert options["verbose"] == ("2", "c.toml:2")
    assert options["dry-run"] == ("true", "c.toml:3")
    assert configured("tls = true", "--no-tls")["tls"] == ("false", "--no-tls")
    assert configured("", "-v", "-v")["verbose"] == ("2", "--verbose")


def test_progress(configured, refused):
    text = 'progress = "always"'
    assert configured(text)["progress"] == ("always", "c.toml:1")
    options = configured(text, "--no-progress")
    assert (options["progress"], "no-progress" in options) == (("never", "--progress"), False)
    assert refused("no-progress = true").startswith("c.toml: line 1: unknown key 'no-progress'")


def test_profiles(configured, refused, gridfs):
    text = 'default-profile = "one"\n[profile.one]\ndb = "1"\n[profile.two]\ndb = "2"\n'
    assert configured(text)["db"] == ("1", "c.toml:3")
    assert configured(text)["profile"] == ("one", "c.toml:1")
    assert configured(text, GRIDFS_PROFILE="two")["db"] == ("2", "c.toml:5")
    assert configured(text, "--profile", "one", GRIDFS_PROFILE="two")["db"] == ("1", "c.toml:3")
    assert configured(text, "--profile", "")["db"] == ("test", "default")
    assert refused(text, "--profile", "tow") == "--profile: no profile 'tow' in c.toml; did you mean 'two'?"
    assert refused(text, GRIDFS_PROFILE="x") == "GRIDFS_PROFILE: no profile 'x' in c.toml"
    assert refused('default-profile = "x"') == "c.toml:1: no profile 'x' in c.toml"
    expect(gridfs("ls", "--profile", "x"), err="gridfs: --profile: no configuration file\n", code=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\njobs = 0", "c.toml: line 3: jobs: it must be 1 to 64"),
        ('timeout = "soon"', "c.toml: line 1: timeout: "),
        ('[profile.p]\ncolor = "red"', None),
        ('[profile.p]\nbuckt = "red"', "c.toml: line 2: unknown key 'buckt'; did you mean 'bucket'?"),
        ("config = 'x'", "c.toml: line 1: unknown key 'config'"),
        ("bucket = 7", "c.toml: line 1: bucket: it must be a string, in quotes"),
        ("uri = 'mongodb://h'\nuri-file = 'x'", "c.toml:1 and c.toml:2 exclude each other"),
    ],
)
def test_what_is_wrong_with_the_file(configured, refused, text, message):
    if message is None:
        configured(text)  # values of a profile that is not in force
    else:
        assert refused(text, GRIDFS_URI=None).startswith(message)


def test_what_is_wrong_with_the_environment(gridfs):
    expect(gridfs("ls", env={"GRIDFS_JOBS": "x"}), err="gridfs: GRIDFS_JOBS: 'x' is not a whole number\n", code=2)
    both = {"GRIDFS_PASSWORD_FILE": "x", "GRIDFS_PASSWORD_COMMAND": "x"}
    expect(gridfs("ls", env=both), err=re.compile("gridfs: .*_FILE and .*_COMMAND exclude each other\n"), code=2)


def test_help_and_version_need_no_valid_configuration(gridfs):
    for arguments in (["--help"], ["--version"], ["ls", "--help"]):
        expect(gridfs(*arguments, env={"GRIDFS_JOBS": "x"}), out=re.compile(rb".+", re.DOTALL))


def test_where_the_file_is(gridfs, tmp_path):
    def jobs(**env):
        result = gridfs("config", env=env)
        expect(result, out=re.compile(rb"(.+\t.*\t.+\n)+"))
        return re.search(r"^jobs\t(.*)\t", result.out.decode(), re.MULTILINE)[1]

    for number, directory in enumerate((".config/gridfs", "xdg/gridfs"), 1):
        (tmp_path / directory).mkdir(parents=True)
        (tmp_path / directory / "config.toml").write_text(f"jobs = {number}")
    (tmp_path / "named.toml").write_text("jobs = 3")
    assert jobs() == "1"
    assert jobs(XDG_CONFIG_HOME=str(tmp_path / "xdg")) == "2"
    assert jobs(XDG_CONFIG_HOME="xdg") == "1"  # not absolute
    assert jobs(XDG_CONFIG_HOME="/nonexistent") == "4"
    assert jobs(HOME=None) == "4"
    assert jobs(GRIDFS_CONFIG="named.toml") == "3"
    assert jobs(GRIDFS_CONFIG="/dev/null") == "4"


def test_a_file_that_cannot_be_read(gridfs, tmp_path):
    missing = "x.toml: no such file or directory\n"
    expect(gridfs("ls", "--config", "x.toml"), err=f"gridfs: --config: {missing}", code=2)
    expect(gridfs("ls", env={"GRIDFS_CONFIG": "x.toml"}), err=f"gridfs: GRIDFS_CONFIG: {missing}", code=2)
    (tmp_path / ".config/gridfs/config.toml").mkdir(parents=True)
    expect(gridfs("ls"), err=re.compile("gridfs: .*/config.toml: is a directory\n"), code=2)


def test_the_file_is_used(gridfs, database, tmp_path):
    add_files(database, "a")
    (tmp_path / "c.toml").write_text(f'uri = "{gridfs.uri}"\njson = false\n[profile.none]\nbucket = "none"\n')
    expect(gridfs("ls", "--config", "c.toml", env={"GRIDFS_URI": None}), out="a\n")
    expect(gridfs("ls", "--config", "c.toml", "--profile", "none", env={"GRIDFS_URI": None}))


def test_secrets_are_not_shown(gridfs, tmp_path):
    secrets = 'uri = "mongodb://me:hunter2@h/"\n[profile.p]\npassword = "hunter2"\n[profile.c]\npassword-command = "echo hunter2"\n'
    (tmp_path / "c.toml").write_text(secrets)
    (tmp_path / "c.toml").chmod(0o600)
    for options, row in (
        ([], b"uri\tmongodb://me:***@h/\tc.toml:1\n"),
        (["--profile", "p"], b"password\t***\tc.toml:3\n"),
        (["--profile", "c"], b"password-command\t***\tc.toml:5\n"),
        (["--uri", "mongodb://me:hunter2@h/"], b"uri\tmongodb://me:***@h/\t--uri\n"),
    ):
        for form in ([], ["--json"]):
            result = gridfs("config", "--config", "c.toml", "-q", *options, *form, env={"GRIDFS_URI": None})
            expect(result, out=re.compile(rb"(.+\n)+"))
            assert b"hunter2" not in result.out
            assert form or row in result.out


@pytest.mark.parametrize("text", ['password = "x"', '[profile.p]\nuri = "mongodb://me:x@h/"'])
def test_a_file_with_a_password_that_others_can_read_is_warned_about(gridfs, tmp_path, text):
    (tmp_path / "c.toml").write_text(text)
    warning = error("config", "warning: configuration: c.toml: other users can read it: chmod 600")
    for mode, warned in ((0o644, True), (0o640, False)):
        (tmp_path / "c.toml").chmod(mode)
        expect(gridfs("config", "--config", "c.toml"), out=re.compile(rb"(.+\n)+"), err=warning if warned else "")
    (tmp_path / "c.toml").write_text('db = "x"')
    (tmp_path / "c.toml").chmod(0o644)
    expect(gridfs("config", "--config", "c.toml"), out=re.compile(rb"(.+\n)+"))


def test_a_password_of_the_file_is_used(gridfs, proxy, tmp_path):
    (tmp_path / "c.toml").write_text('username = "someone"\npassword = "hunter2"\n')
    (tmp_path / "c.toml").chmod(0o600)
    between = proxy()
    result = gridfs("ls", "--config", "c.toml", uri=f"mongodb://{between.address}/")
    expect(result, err=error_like("ls", ".*[Aa]uthentication.*"), code=7)


def test_on_a_terminal_the_names_are_a_column(gridfs):
    with TerminalRun(gridfs, "--jobs", "7", "config", on_terminal=["stdout"]) as run:
        assert run.finish().code == 0
    lines = run.shown.replace("\r\n", "\n").splitlines()
    assert "jobs".ljust(32) + "7  (--jobs)" in lines and "bucket".ljust(32) + "fs  (default)" in lines
    assert "\t" not in run.shown


def test_config_takes_no_operands(gridfs):
    expect(gridfs("config", "x"), err=usage_error("config"), code=2)


def test_a_service_without_a_home(gridfs, tmp_path):
    """As systemd starts those of the system: the file is in the directory that the list of users names."""
    (tmp_path / ".config/gridfs").mkdir(parents=True)
    (tmp_path / ".config/gridfs/config.toml").write_text('bucket = "of-the-file"\n')
    (tmp_path / "passwd").write_text(f"root:x:0:0:root:{tmp_path}:/bin/sh\n")
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    script = 'mount --bind passwd /etc/passwd && exec "$0" "$@"'
    unshared = Program("unshare", gridfs.uri, gridfs.directory)
    result = unshared("--mount", *as_root, "--", "sh", "-c", script, gridfs.path, "config", env={"HOME": None})
    assert f"bucket\tof-the-file\t{tmp_path}/.config/gridfs/config.toml:1\n" in result.out.decode(), result
