"""TLS, with a certificate made for the occasion."""

import contextlib
import re
import socket
import ssl
import subprocess
import threading
import time

import pytest

from harness import add_files, error, error_like, expect, usage_error

REFUSED = 7


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """PEM files with certificate and key: one for this machine's address, one for another host's name."""
    directory = tmp_path_factory.mktemp("certificates")

    def make(name, alternative):
        path = directory / name
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                f"/CN={name}",
                "-addext",
                f"subjectAltName={alternative}",
                "-keyout",
                path,
                "-out",
                f"{path}.crt",
            ],
            check=True,
            capture_output=True,
        )
        with open(path, "ab") as pem, open(f"{path}.crt", "rb") as certificate:
            pem.write(certificate.read())
        return str(path)

    return {"here": make("here", "IP:127.0.0.1"), "elsewhere": make("elsewhere", "DNS:elsewhere.example")}


@pytest.fixture
def over_tls(gridfs, proxy, database, certificates):
    """Lists the one file `a` through a server that speaks TLS with one of the certificates."""
    add_files(database, "a")

    def run(name, *options, client=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates[name])
        if client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(certificates[client])
        # Client certificates are looked at only after a handshake of version 1.3 has succeeded for the client.
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        return gridfs("ls", "--connect-timeout", "6", *options, uri=proxy(tls=context).uri)

    return run


def test_a_certificate_that_is_trusted(over_tls, certificates):
    expect(over_tls("here", "--tls", "--tls-ca-file", certificates["here"]), out="a\n")


def test_a_certificate_that_is_not_trusted(over_tls):
    expect(over_tls("here", "--tls"), err=error_like("ls", ".*TLS.*"), code=REFUSED)
    expect(over_tls("here", "--tls", "--tls-allow-invalid-certificates"), out="a\n")


def test_a_certificate_for_another_host(over_tls, certificates):
    trust = ["--tls", "--tls-ca-file", certificates["elsewhere"]]
    expect(over_tls("elsewhere", *trust), err=error_like("ls", ".*TLS.*"), code=REFUSED)
    expect(over_tls("elsewhere", *trust, "--tls-allow-invalid-hostnames"), out="a\n")


def test_a_server_that_wants_to_see_a_certificate(over_tls, certificates):
    trust = ["--tls", "--tls-ca-file", certificates["here"]]
    expect(over_tls("here", *trust, "--tls-cert-key-file", certificates["elsewhere"], client="elsewhere"), out="a\n")
    expect(over_tls("here", *trust, client="elsewhere"), err=error_like("ls", ".*TLS.*"), code=REFUSED)


@contextlib.contextmanager
def answered_by(answer):
    """The address of a port whose connections `answer` gets, one after the other."""

    def accept(listener):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with contextlib.suppress(OSError):
                    answer(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield "127.0.0.1:%d" % listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def test_a_server_that_does_not_speak_tls(gridfs):
    def answer(connection):
        with connection:
            connection.recv(1)
            connection.sendall(b"this is no TLS\r\n")

    with answered_by(answer) as address:
        result = gridfs("ls", "--tls", "--connect-timeout", "1", uri=f"mongodb://{address}/")
    expect(result, err=error_like("ls", ".*TLS.*"), code=REFUSED)


def test_a_handshake_that_fails_slowly(gridfs, certificates):
    """Its reason is told, though it comes late, and nothing is heard of the server any more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates["here"])
    kept = []

    def answer(connection):
        kept.append(connection)
        if len(kept) > 1:
            return
        connection.recv(1, socket.MSG_PEEK)
        time.sleep(0.5)
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()

    with answered_by(answer) as address:
        result = gridfs("ls", "--tls", "--connect-timeout", "1.5", uri=f"mongodb://{address}/")
    expect(result, err=error_like("ls", ".*TLS handshake failed.*"), code=REFUSED)


@pytest.fixture
def first_words():
    """Runs something with the address of a port that hangs up once it has been spoken to; gives what it was told first."""

    def listen(run):
        told = []

        def take(connection):
            with connection:
                told.append(connection.recv(6))

        with answered_by(take) as address:
            run(address)
        return told

    return listen


def is_client_hello(words):
    handshake, client_hello = 22, 1
    return len(words) == 6 and words[0] == handshake and words[1] == 3 and words[5] == client_hello


@pytest.mark.parametrize(
    ("query", "options", "encrypted"),
    [
        ("", [], False),
        ("tls=true", [], True),
        ("ssl=true", [], True),
        ("TLS=true", [], True),
        ("tlsCAFile=CA", [], True),
        ("tlsCertificateKeyFile=CA", [], True),
        ("tlsInsecure=true", [], True),
        ("tlsAllowInvalidCertificates=true", [], True),
        ("tlsAllowInvalidHostnames=true", [], True),
        ("tls=false", [], False),
        ("", ["--tls"], True),
        ("", ["--tls-ca-file", "CA"], True),
        ("", ["--tls-cert-key-file", "CA"], True),
        ("", ["--tls-allow-invalid-certificates"], True),
        ("", ["--tls-allow-invalid-hostnames"], True),
        ("tls=false", ["--tls"], True),
        ("tls=false", ["--tls-ca-file", "CA"], True),
        ("tls=true", ["--no-tls"], False),
        ("tls=true", ["--tls-ca-file", "CA", "--no-tls"], False),
        ("", ["--no-tls", "--tls"], True),
        ("tls=true", ["--tls", "--no-tls"], False),
        ("tls=true&tlsCAFile=CA", ["--tls-allow-invalid-hostnames"], True),
    ],
)
def test_tls_that_is_requested_is_used(gridfs, first_words, certificates, query, options, encrypted):
    query, *options = (re.sub(r"\bCA\b", certificates["here"], text) for text in (query, *options))

    def run(address):
        result = gridfs("ls", *options, "--connect-timeout", "0.5", "--uri", f"mongodb://{address}/?{query}")
        expect(result, err=error_like("ls", ".+"), code=REFUSED if encrypted else 5)

    told = first_words(run)
    assert told and all(is_client_hello(words) == encrypted for words in told)


@pytest.mark.parametrize("option", ["--tls-ca-file", "--tls-cert-key-file"])
def test_a_file_that_is_missing(gridfs, option):
    result = gridfs("ls", "--tls", option, "missing.pem", "--connect-timeout", "1")
    expect(result, err=usage_error("ls", f"{option}: missing.pem: no such file or directory"), code=2)
