"""FerretDB as a server that demands SCRAM and speaks TLS."""

import json
import subprocess
import threading

from subprocesses import Server, tool

USER, PASSWORD = "someone", "s3cret pass/word"


class FerretDB(Server):
    """On a free port, over SQLite in `directory`, with the one user above; with TLS where `certificate` and `key` are given."""

    def __init__(self, directory, certificate=None, key=None):
        listen = ["--listen-addr", "127.0.0.1:0"]
        if certificate:
            listen = ["--listen-addr", "", "--listen-tls", "127.0.0.1:0", "--listen-tls-cert-file", certificate,
                      "--listen-tls-key-file", key]
        super().__init__([tool("ferretdb"), "--handler", "sqlite", "--sqlite-url", f"file:{directory}/", "--state-dir", directory,
                          "--debug-addr", "-", "--telemetry", "disable", "--test-enable-new-auth", "--setup-database", "admin",
                          "--setup-username", USER, "--setup-password", PASSWORD, "--log-format", "json", *listen],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.address = self._wait_for_address()
        # What else it says is of no interest, but has to be taken from it.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def uri(self, database="test"):
        """The connection string, without credentials."""
        return f"mongodb://{self.address}/{database}"

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait_for_address(self):
        said = []
        for line in self.process.stdout:
            said.append(line)
            words = json.loads(line)["msg"].split() if line.startswith("{") else []
            if words[:2] == ["Listening", "on"]:
                return words[3].rstrip(".")
        raise AssertionError("FerretDB did not start: " + "".join(said))
