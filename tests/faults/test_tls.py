"""MongoDB that speaks TLS: by option, by connection string and by `mongodb+srv`; certificates that do not hold."""

import contextlib
import pathlib
import re
import ssl
import subprocess
import urllib.parse

import pymongo
import pytest

from harness import error_like, expect, new_database_name, only_id, sample
from mongod import Mongod
from name_server import NameServer
from proxy import Proxy

REFUSED = 7
UNTRUSTED = "unable to get local issuer certificate|unknown ca|self.signed"
PORT = 27017  # no other program is in the namespace


def tls_options(mode, certificates, name, *more):
    return ("--tlsMode", mode, "--tlsCertificateKeyFile", certificates.pem(name), "--tlsCAFile",
            certificates.certificate("ca"), *more)


@pytest.fixture
def encrypted(mongod, certificates):
    """The connection string of MongoDB with a certificate; clients need none."""
    def uri(name):
        options = tls_options("requireTLS", certificates, name, "--tlsAllowConnectionsWithoutCertificates")
        return mongod(*options).uri(new_database_name())

    return uri


@pytest.fixture
def strict(mongod, certificates):
    """MongoDB that wants to see a client's certificate."""
    return mongod(*tls_options("requireTLS", certificates, "here"))


@pytest.fixture
def ca(certificates):
    return certificates.certificate("ca")


def test_by_options(gridfs, encrypted, ca, tmp_path):
    (tmp_path / "f").write_bytes(sample(600_000))
    uri = encrypted("here")
    file_id = only_id(gridfs("put", "f", "--tls", "--tls-ca-file", ca, uri=uri))
    expect(gridfs("cat", file_id, "--tls-ca-file", ca, uri=uri), out=sample(600_000))
    with pymongo.MongoClient(uri, tls=True, tlsCAFile=ca) as client:
        assert client.admin.command("serverStatus")["transportSecurity"]


@pytest.mark.parametrize("query", ["tls=true&tlsCAFile=CA", "ssl=true&tlsCAFile=CA", "tlsCAFile=CA", "tlsInsecure=true",
                                   "tls=true&tlsAllowInvalidCertificates=true"])
def test_by_the_connection_string(gridfs, encrypted, ca, tmp_path, query):
    (tmp_path / "f").write_bytes(b"x")
    uri = encrypted("here") + "?" + query.replace("=CA", "=" + urllib.parse.quote(ca, safe=""))
    file_id = only_id(gridfs("put", "f", "--uri", uri))
    expect(gridfs("cat", file_id, "--uri", uri), out=b"x")


def test_plain_text_is_not_answered(gridfs, encrypted):
    expect(gridfs("ls", "--no-tls", "--connect-timeout", "1", uri=encrypted("here") + "?tls=true"), err=error_like("ls", ".+"), code=5)


@pytest.mark.parametrize(("name", "ca", "why"), [
    ("here", "other_ca", UNTRUSTED),
    ("stranger", "ca", UNTRUSTED),
    ("here", None, UNTRUSTED),
    ("elsewhere", "ca", "host ?name|IP address|address mismatch"),
])
@pytest.mark.parametrize("where", ["options", "connection string"])
def test_a_certificate_that_does_not_hold(gridfs, encrypted, certificates, name, ca, why, where):
    uri, options = encrypted(name), ["--tls"]
    if where == "options" and ca:
        options += ["--tls-ca-file", certificates.certificate(ca)]
    if where == "connection string":
        options = []
        uri += "?tls=true" + (f"&tlsCAFile={urllib.parse.quote(certificates.certificate(ca), safe='')}" if ca else "")
    result = gridfs("ls", *options, "--connect-timeout", "2", uri=uri)
    expect(result, err=error_like("ls", f".*TLS.*({why}).*"), code=REFUSED)


def test_a_certificate_that_has_expired(gridfs, certificates, ca):
    """MongoDB does not start with one, so that it stands behind a proxy that does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.pem("expired"))
    with contextlib.closing(Proxy(gridfs.uri, tls=context)) as between:
        result = gridfs("ls", "--tls-ca-file", ca, "--connect-timeout", "2", uri=between.uri)
    expect(result, err=error_like("ls", ".*TLS.*expired.*"), code=REFUSED)


def test_checks_of_certificates_can_be_given_up(gridfs, encrypted, ca):
    expect(gridfs("ls", "--tls-allow-invalid-certificates", uri=encrypted("stranger")))
    expect(gridfs("ls", "--tls-ca-file", ca, "--tls-allow-invalid-hostnames", uri=encrypted("elsewhere")))


def test_a_certificate_of_the_client(gridfs, strict, certificates, ca):
    uri = strict.uri(new_database_name())
    expect(gridfs("ls", "--tls-ca-file", ca, "--tls-cert-key-file", certificates.pem("client"), uri=uri))
    by_uri = f"{uri}?tlsCAFile={urllib.parse.quote(ca, safe='')}&tlsCertificateKeyFile={urllib.parse.quote(certificates.pem('client'), safe='')}"
    expect(gridfs("ls", "--uri", by_uri))
    for options in ([], ["--tls-cert-key-file", certificates.pem("stranger")]):
        result = gridfs("ls", "--tls-ca-file", ca, *options, "--connect-timeout", "2", uri=uri)
        assert result.out == b"" and re.fullmatch("gridfs: ls: .+\n", result.err), result
        assert result.code in (5, REFUSED), result  # TLS 1.3 tells of it only after the client's handshake


def test_logging_in_by_certificate(gridfs, strict, certificates, ca, tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    files = {"tls": True, "tlsCAFile": ca, "tlsCertificateKeyFile": certificates.pem("client")}
    with pymongo.MongoClient(strict.uri(), **files) as client:
        client["$external"].command("createUser", certificates.CLIENT_SUBJECT, roles=[{"role": "readWriteAnyDatabase", "db": "admin"}])
    try:
        login = ["--tls-ca-file", ca, "--tls-cert-key-file", certificates.pem("client"), "--auth-mechanism", "MONGODB-X509"]
        uri = strict.uri(new_database_name())
        file_id = only_id(gridfs("put", "f", *login, uri=uri))
        expect(gridfs("cat", file_id, *login, uri=uri), out=b"x")
        login[3] = certificates.pem("here")  # of whom the server knows no user
        expect(gridfs("ls", *login, uri=uri), err=error_like("ls", ".*CN=here.*external.*"), code=REFUSED)
    finally:
        with pymongo.MongoClient(strict.uri(), **files) as client:
            client["$external"].command("dropAllUsersFromDatabase")


class Cluster:
    """MongoDB that is known to a name server alone, and takes plain connections as well as TLS."""

    RECORDS = {
        "A": {"here.db.example": ["127.0.0.1"]},
        "SRV": {f"{service}._tcp.{name}.db.example": [[PORT, "here.db.example"]]
                for service, name in (("_mongodb", "plain"), ("_mongodb", "users"), ("_mongodb", "wrong"), ("_grid", "service"))},
        "TXT": {"users.db.example": ["authSource=people"], "wrong.db.example": ["tls=false"]},
    }

    def __init__(self, resources, directory, options):
        self.names = resources.enter_context(NameServer(self.RECORDS))
        resources.enter_context(Mongod(directory / "data", *options, port=PORT, unix_sockets=str(directory),
                                       before_exec=self.names.enter))
        socket = urllib.parse.quote(str(directory / f"mongodb-{PORT}.sock"), safe="")
        self.client = resources.enter_context(pymongo.MongoClient(f"mongodb://{socket}"))

    def connections_by_tls(self):
        return sum(int(count) for count in self.client.admin.command("serverStatus")["transportSecurity"].values())


@pytest.fixture(scope="module")
def cluster(certificates, tmp_path_factory):
    options = tls_options("preferTLS", certificates, "named", "--tlsAllowConnectionsWithoutCertificates")
    with contextlib.ExitStack() as resources:
        yield Cluster(resources, tmp_path_factory.mktemp("cluster"), options)


@pytest.fixture
def by_name(gridfs, cluster, tmp_path, ca):
    """Runs the program where the name server is, on a cluster; `CA` in its options stands for the authority."""
    (tmp_path / "f").write_bytes(b"x")

    def run(name, query, *arguments):
        uri = f"mongodb+srv://{name}.db.example/{new_database_name()}?" + query.replace("=CA", "=" + urllib.parse.quote(ca, safe=""))
        return gridfs(*arguments, "--connect-timeout", "5", "--uri", uri, preexec_fn=cluster.names.enter)

    return run


def test_a_cluster_that_is_found_by_name_speaks_tls(by_name, cluster, ca):
    before = cluster.connections_by_tls()
    only_id(by_name("plain", "tlsCAFile=CA", "put", "f"))
    expect(by_name("plain", "", "ls", "--tls-ca-file", ca))
    assert cluster.connections_by_tls() > before
    expect(by_name("plain", "", "ls"), err=error_like("ls", f".*TLS.*({UNTRUSTED}).*"), code=REFUSED)


@pytest.mark.parametrize(("query", "options"), [("tls=false", []), ("", ["--no-tls"]), ("tlsCAFile=CA", ["--no-tls"])])
def test_a_cluster_that_is_found_by_name_without_tls(by_name, cluster, query, options):
    before = cluster.connections_by_tls()
    expect(by_name("plain", query, "ls", *options))
    assert cluster.connections_by_tls() == before


def test_options_that_the_name_server_gives(by_name, cluster):
    """The user's database, and the replica set, which the server is not one of."""
    cluster.client["people"].command("createUser", "ann", pwd="pw", roles=[])
    login = ["-u", "ann", "--password-command", "echo pw"]
    expect(by_name("users", "tlsCAFile=CA", "ls", *login))
    refused = ".*[Aa]uthentication failed: user 'ann'; see --auth-db"
    expect(by_name("plain", "tlsCAFile=CA", "ls", *login), err=error_like("ls", refused), code=REFUSED)
    expect(by_name("wrong", "tlsCAFile=CA", "ls"), err=error_like("ls", ".*TXT.*"), code=2)


def test_a_name_of_a_service_of_its_own(by_name):
    expect(by_name("service", "tls=false&srvServiceName=grid", "ls"))
    expect(by_name("service", "tls=false", "ls"), err=error_like("ls", ".*service.db.example.*"), code=5)


def test_a_cluster_that_nobody_knows(by_name):
    expect(by_name("none", "", "ls"), err=error_like("ls", ".*none.db.example.*"), code=5)


@pytest.fixture
def unusable(tmp_path, certificates):
    """Files that are no use for TLS, by what they have."""
    key = pathlib.Path(certificates.key("here")).read_text(encoding="ascii")
    certificate = pathlib.Path(certificates.certificate("here")).read_text(encoding="ascii")
    other = pathlib.Path(certificates.certificate("elsewhere")).read_text(encoding="ascii")
    locked = subprocess.run(["openssl", "pkey", "-aes128", "-passout", "pass:secret"], input=key, check=True, capture_output=True,
                            text=True)
    for name, text in (("nothing", ""), ("key", key), ("certificate", certificate), ("another's key", other + key),
                       ("locked key", certificate + locked.stdout)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(("name", "option", "problem"), [
    ("nothing", "tlsCAFile", "it has no usable certificate"),
    ("key", "tlsCAFile", "it has no usable certificate"),
    ("nothing", "tlsCertificateKeyFile", "it has no usable certificate"),
    ("key", "tlsCertificateKeyFile", "it has no usable certificate"),
    ("certificate", "tlsCertificateKeyFile", "it has no private key for its certificate that can be used"),
    ("another's key", "tlsCertificateKeyFile", "it has no private key for its certificate that can be used"),
    ("locked key", "tlsCertificateKeyFile", "it has no private key for its certificate that can be used"),
    ("nosuch", "tlsCAFile", "no such file or directory"),
    ("nosuch", "tlsCertificateKeyFile", "no such file or directory"),
])
@pytest.mark.parametrize("by_option", [False, True])
def test_a_file_that_tls_cannot_use(gridfs, unusable, name, option, problem, by_option):
    """Is named at once: nobody is asked for, and nothing is on a terminal."""
    if by_option and name == "nosuch":
        pytest.skip("test_a_file_that_is_missing")
    names = {"tlsCAFile": "--tls-ca-file", "tlsCertificateKeyFile": "--tls-cert-key-file"}
    path = str(unusable / name)
    options = ["--uri", "mongodb://127.0.0.1:1/"] + [names[option], path] if by_option else [
        "--uri", f"mongodb://127.0.0.1:1/?{option}={urllib.parse.quote(path, safe='')}"]
    expect(gridfs("ls", *options), err=error_like("ls", re.escape(f"{option}: {path}: {problem}") + r"( \(.+\))?"), code=2)


def test_a_locked_key_with_its_password(gridfs, strict, unusable, ca):
    key, ca = (urllib.parse.quote(path, safe="") for path in (str(unusable / "locked key"), ca))
    uri = strict.uri(new_database_name()) + f"?tlsCAFile={ca}&tlsCertificateKeyFile={key}&tlsCertificateKeyFilePassword="
    expect(gridfs("ls", uri=uri + "secret"))
    expect(gridfs("ls", uri=uri + "wrong"), err=error_like("ls", ".*locked key: it has no private key.*"), code=2)
