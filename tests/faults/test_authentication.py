"""A server that demands SCRAM and TLS: what is refused exits 7, with a line that says why."""

import re

import pymongo
import pytest

from ferretdb_auth import PASSWORD, USER
from harness import error_like, expect, new_database_name, only_id, sample

REFUSED = 7


@pytest.fixture
def run(gridfs, tmp_path):
    """Runs the program on a database of its own of a server with SCRAM."""
    database = new_database_name()

    def start(server, *arguments, user=USER, password=PASSWORD, **options):
        credentials = ["-u", user, "--password-file", str(tmp_path / "password"), "--auth-db", "admin"] if user else []
        (tmp_path / "password").write_text(password + "\n")
        return gridfs(*arguments, *credentials, "--connect-timeout", "2", uri=server.uri(database), **options)

    return start


@pytest.mark.parametrize("mechanism", [None, "SCRAM-SHA-1", "SCRAM-SHA-256"])
def test_the_right_password(run, ferretdb, tmp_path, mechanism):
    (tmp_path / "f").write_bytes(sample(1_000_000))
    options = ["--auth-mechanism", mechanism] if mechanism else []
    file_id = only_id(run(ferretdb(), "put", "f", *options))
    expect(run(ferretdb(), "cat", file_id, *options), out=sample(1_000_000))


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256"])
@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"user": "nobody"}])
def test_wrong_credentials(run, ferretdb, tmp_path, mechanism, wrong):
    (tmp_path / "f").write_bytes(b"x")
    for arguments in (["put", "f"], ["ls"], ["rm", "x"]):
        result = run(ferretdb(), *arguments, "--auth-mechanism", mechanism, **wrong)
        expect(result, err=error_like(arguments[0], ".*[Aa]uthentication.*"), code=REFUSED)
        assert PASSWORD not in result.err


def test_no_credentials(run, ferretdb):
    expect(run(ferretdb(), "ls", user=None), err=error_like("ls", ".*[Aa]uthentication.*"), code=REFUSED)


def test_a_wrong_password_is_not_tried_again(run, ferretdb):
    result = run(ferretdb(), "ls", "--retries", "5", "--retries-sleep", "10", password="wrong")
    expect(result, err=error_like("ls", ".*[Aa]uthentication.*"), code=REFUSED)


@pytest.mark.parametrize(("arguments", "command"), [
    (["put", "f"], "insert"), (["put", "f"], "createIndexes"), (["ls"], "find"), (["rm", "x"], "delete"), (["rename", "x", "y"], "update"),
])
def test_no_permission(gridfs, scripted, tmp_path, arguments, command):
    (tmp_path / "f").write_bytes(b"x")
    message = f"not authorized on test to execute command {command}"
    server = scripted({"on": command, "nth": "every", "do": "error", "code": 13, "message": message})
    expect(gridfs(*arguments, uri=server.uri), err=error_like(arguments[0], f".*{message}.*"), code=REFUSED)
    assert server.snapshot("test") == {"files": [], "chunks": []}


def test_a_certificate_that_holds(run, ferretdb, certificates, tmp_path):
    (tmp_path / "f").write_bytes(sample(300_000))
    tls = ["--tls", "--tls-ca-file", certificates.certificate("ca")]
    file_id = only_id(run(ferretdb("here"), "put", "f", *tls))
    expect(run(ferretdb("here"), "cat", file_id, *tls), out=sample(300_000))
    options = {"tls": True, "tlsCAFile": certificates.certificate("ca"), "username": USER, "password": PASSWORD,
               "authSource": "admin"}
    with pymongo.MongoClient(ferretdb("here").uri(), **options) as client:
        assert client.admin.command("ping")["ok"] == 1


@pytest.mark.parametrize(("name", "ca", "why"), [
    ("here", "other_ca", "unable to get local issuer certificate|unknown ca|self.signed"),
    ("stranger", "ca", "unable to get local issuer certificate|unknown ca|self.signed"),
    ("here", None, "unable to get local issuer certificate|unknown ca|self.signed"),
    ("elsewhere", "ca", "host ?name|IP address|address mismatch"),
    ("expired", "ca", "expired"),
])
def test_a_certificate_that_does_not_hold(run, ferretdb, certificates, name, ca, why):
    options = ["--tls-ca-file", certificates.certificate(ca)] if ca else []
    result = run(ferretdb(name), "ls", "--tls", *options)
    expect(result, err=error_like("ls", f".*TLS.*({why}).*"), code=REFUSED)


def test_checks_of_certificates_can_be_given_up(run, ferretdb, certificates):
    expect(run(ferretdb("stranger"), "ls", "--tls", "--tls-allow-invalid-certificates"), err=re.compile("(?s).*"))
    trusted = ["--tls", "--tls-ca-file", certificates.certificate("ca")]
    expect(run(ferretdb("elsewhere"), "ls", *trusted, "--tls-allow-invalid-hostnames"))


def test_wrong_credentials_over_tls(run, ferretdb, certificates):
    result = run(ferretdb("here"), "ls", "--tls", "--tls-ca-file", certificates.certificate("ca"), password="wrong")
    expect(result, err=error_like("ls", ".*[Aa]uthentication.*"), code=REFUSED)
