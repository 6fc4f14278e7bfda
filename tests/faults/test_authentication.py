"""MongoDB that demands a login: who is refused, by password or by role, gets exit status 7 and one line that says why."""

import re

import pytest

from harness import COMMANDS, TerminalRun, add_files, error, error_like, expect, new_database_name, only_id, sample, usage_error

REFUSED = 7
PASSWORD = "s3cret pass/word"
FIND, INSERT, CHANGE = ("find",), ("insert",), ("update", "remove")
ARGUMENTS = {
    "put": ["f"],
    "get": ["x"],
    "get-by-name": ["a"],
    "cat": ["x"],
    "ls": [],
    "stat": ["x"],
    "rename": ["x", "y"],
    "rm": ["x"],
}


@pytest.fixture
def shop(guarded):
    """An empty database of the test's own, as its administrator sees it."""
    _, administrator = guarded
    name = new_database_name()
    yield administrator[name]
    administrator[name].command("dropAllUsersFromDatabase")
    administrator[name].command("dropAllRolesFromDatabase")
    administrator.drop_database(name)


@pytest.fixture
def run(guarded, gridfs, shop, tmp_path):
    """Runs the program on that database as a user of it."""
    server, _ = guarded
    secret = tmp_path / "password"
    secret.touch(mode=0o600)
    (tmp_path / "f").write_bytes(sample(100))

    def start(user, *arguments, password=PASSWORD, **options):
        secret.write_text(password + "\n")
        credentials = ["-u", user, "--password-file", str(secret), "--auth-db", shop.name] if user else []
        return gridfs(*arguments, *credentials, uri=server.uri(shop.name), **options)

    return start


@pytest.fixture
def user(shop):
    """Makes a user with roles of the server's, or with some actions on the bucket's two collections."""

    def make(name, *roles, actions=()):
        if actions:
            privileges = [{"resource": {"db": shop.name, "collection": f"fs.{kind}"}, "actions": list(actions)}
                          for kind in ("files", "chunks")]
            shop.command("createRole", f"{name}-role", privileges=privileges, roles=[])
            roles = [*roles, f"{name}-role"]
        shop.command("createUser", name, pwd=PASSWORD, roles=list(roles))
        return name

    return make


@pytest.fixture
def indexed(shop):
    """The bucket's indexes, as an administrator makes them."""
    shop["fs.files"].create_index([("filename", 1), ("uploadDate", 1)])
    shop["fs.chunks"].create_index([("files_id", 1), ("n", 1)], unique=True)


PHRASES = {"insert": "insert into", "delete": "delete from", "update": "update", "listIndexes": "list the indexes of",
           "createIndexes": "make indexes on"}


def not_allowed(shop, action, collection):
    return f"not authorized to {PHRASES[action]} {shop.name}.fs.{collection}"


@pytest.mark.parametrize("mechanism", [None, "SCRAM-SHA-1", "SCRAM-SHA-256"])
def test_the_right_password(run, user, tmp_path, mechanism):
    user("ann", "readWrite")
    (tmp_path / "f").write_bytes(sample(1_000_000))
    options = ["--auth-mechanism", mechanism] if mechanism else []
    file_id = only_id(run("ann", "put", "f", *options))
    expect(run("ann", "cat", file_id, *options), out=sample(1_000_000))


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
@pytest.mark.parametrize(("name", "password"), [("ann", "wrong"), ("nobody", PASSWORD)])
def test_wrong_credentials(run, shop, user, mechanism, name, password):
    user("ann", "readWrite")
    for arguments in (["put", "f"], ["ls"], ["rm", "x"]):
        result = run(name, *arguments, "--auth-mechanism", mechanism, password=password)
        expect(result, err=error_like(arguments[0], f".*[Aa]uthentication failed: user '{name}' of database '{shop.name}'; see --auth-db"),
               code=REFUSED)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_credentials(run, command):
    told = error_like(command, ".*requires authentication; no user was given: see --username")
    expect(run(None, command, *ARGUMENTS[command]), err=told, code=REFUSED)


@pytest.mark.parametrize("mechanism", ["", "?authMechanism=SCRAM-SHA-256", "?authMechanism=PLAIN&authSource=$external"])
def test_a_user_without_a_password(guarded, gridfs, shop, mechanism):
    server, _ = guarded
    uri = server.uri(shop.name).replace("://", "://ann@") + mechanism
    told = "no password for the user 'ann': give --password-file or --password-command, or run on a terminal"
    expect(gridfs("ls", uri=uri), err=usage_error("ls", told), code=2)
    unknown = error_like("ls", "unknown authentication mechanism 'FOO': .*")
    expect(gridfs("ls", "--auth-mechanism", "FOO", uri=uri), err=unknown, code=2)


def test_a_password_that_is_asked_for(guarded, gridfs, shop, user):
    user("ann", "readWrite")
    add_files(shop, "a")
    server, _ = guarded
    with TerminalRun(gridfs, "ls", uri=server.uri(shop.name).replace("://", "://ann@")) as run:
        run.wait_for("Password for ann: ")
        run.type(PASSWORD + "\n")
        expect(run.finish(), out="a\n")


def test_a_wrong_password_is_not_tried_again(run, user):
    user("ann", "readWrite")
    result = run("ann", "ls", "--retries", "5", "--retries-sleep", "10", password="wrong")
    expect(result, err=error_like("ls", ".*[Aa]uthentication failed.*"), code=REFUSED)


@pytest.mark.parametrize(("roles", "actions"), [(["read"], ()), ([], FIND)])
def test_who_may_read_alone(run, shop, user, indexed, roles, actions):
    user("ann", *roles, actions=actions)
    file_id = str(add_files(shop, "a")[0])
    expect(run("ann", "ls"), out="a\n")
    expect(run("ann", "cat", file_id))
    refused = f"storing f: {not_allowed(shop, 'insert', 'chunks')}"
    expect(run("ann", "put", "f"), err=error("put", refused), code=REFUSED)
    expect(run("ann", "put", "f", "--id", "mine"), err=error("put", refused), code=REFUSED)
    result = run("ann", "put", "-r", "f")  # as one of many
    assert result.code == REFUSED and refused in result.err and "may be left" not in result.err, result
    expect(run("ann", "rename", file_id, "b"),
           err=error_like("rename", f"renaming .*: {not_allowed(shop, 'update', 'files')}"), code=REFUSED)
    expect(run("ann", "rm", file_id), err=error_like("rm", f"removing .*: {not_allowed(shop, 'delete', 'files')}"),
           code=REFUSED)
    assert shop["fs.files"].count_documents({}) == 1 and shop["fs.chunks"].count_documents({}) == 0


def test_who_may_read_and_write(run, shop, user):
    user("ann", "readWrite")
    file_id = only_id(run("ann", "put", "f"))
    expect(run("ann", "cat", file_id), out=sample(100))
    expect(run("ann", "rename", file_id, "g"))
    expect(run("ann", "check"), err=error_like("check", "checked 1 file.*"))
    expect(run("ann", "rm", file_id))
    assert {"filename", "files_id"} <= {key for name in ("fs.files", "fs.chunks")
                                        for index in shop[name].index_information().values() for key, _ in index["key"]}


def test_who_may_find_and_insert_alone(run, shop, user, indexed):
    user("ann", actions=FIND + INSERT)
    add_files(shop, "other")
    file_id = only_id(run("ann", "put", "f"))
    expect(run("ann", "cat", file_id), out=sample(100))
    expect(run("ann", "rm", file_id), err=error_like("rm", f".*: {not_allowed(shop, 'delete', 'files')}"), code=REFUSED)
    expect(run("ann", "cat", file_id), out=sample(100))


@pytest.mark.parametrize("several", [False, True])
def test_into_an_empty_bucket_whose_indexes_may_not_be_seen(run, shop, user, indexed, tmp_path, several):
    user("ann", actions=FIND + INSERT + CHANGE)
    (tmp_path / "g").write_bytes(b"y")
    names = ["f", "g"] if several else ["f"]
    result = run("ann", "put", *names)
    warning = "warning: storing .*: not authorized to see or to make the indexes of the bucket: .*"
    expect(result, out=re.compile(rb"([0-9a-f]{24}\n)" + b"{%d}" % len(names)), err=error_like("put", warning))
    ids = result.out.decode().split()
    expect(run("ann", "put", "f"), out=re.compile(rb"[0-9a-f]{24}\n"))  # no longer empty: nothing to say
    for file_id in ids:
        expect(run("ann", "rm", file_id))
    assert shop["fs.files"].count_documents({}) == 1


def test_indexes_that_are_seen_to_be_missing_and_may_not_be_made(run, shop, user):
    user("ann", actions=FIND + INSERT + CHANGE + ("listIndexes",))
    expect(run("ann", "put", "f"),
           err=error_like("put", f"storing f: making the index of fs.files: {not_allowed(shop, 'createIndexes', 'files')}"),
           code=REFUSED)
    assert shop["fs.files"].count_documents({}) == 0 and shop["fs.chunks"].count_documents({}) == 0


def test_check_does_what_it_may(run, shop, user, indexed):
    user("ann", "readWrite")
    user("bob", actions=FIND)
    expect(run("ann", "put", "f", "--id", "x"), out="x\n")
    unseen = f"looking at the indexes: {not_allowed(shop, 'listIndexes', 'files')}"
    checked = "gridfs: check: checked 1 file, 1 chunk, 100 bytes: {}\n"
    expect(run("bob", "check"), err=checked.format("0 findings, 0 removed") + error("check", unseen), code=REFUSED)
    shop["fs.chunks"].delete_many({})
    result = run("bob", "check")
    expect(result, out=re.compile(rb"missing-chunk\tx\t.*\n"), err=re.compile(f"gridfs: check: checked .*\n{error('check', unseen)}"),
           code=8)


@pytest.mark.parametrize(("arguments", "command"), [
    (["put", "f"], "insert"), (["put", "f"], "createIndexes"), (["ls"], "find"), (["rm", "x"], "delete"), (["rename", "x", "y"], "update"),
])
def test_no_permission(gridfs, scripted, tmp_path, arguments, command):
    (tmp_path / "f").write_bytes(b"x")
    message = f"not authorized on test to execute command {command}"
    server = scripted()
    if arguments[1:2] == ["x"]:
        expect(gridfs("put", "--id", "x", "f", uri=server.uri), out="x\n")
    before = server.snapshot("test")
    server.add({"on": command, "nth": "every", "do": "error", "code": 13, "message": message})
    expect(gridfs(*arguments, uri=server.uri), err=error_like(arguments[0], f".*{message}.*"), code=REFUSED)
    assert server.snapshot("test") == before
