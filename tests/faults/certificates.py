"""Certificates made for the occasion by openssl: of a CA, and of servers in several states."""

import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Certificates:
    """PEM files in a directory: `ca`, and of another CA `other_ca`; for a name `name`, `name.crt` and `name.key`:
    `here` for this machine's address, `named` for here.db.example, `elsewhere` for another host's name, `expired`, `client`
    for a client, and of the other CA `stranger`. `name.pem` is certificate and key in one."""

    CLIENT_SUBJECT = "CN=client,O=tests"  # as MongoDB writes it

    def __init__(self, directory):
        self._directory = directory
        for ca in ("ca", "other_ca"):
            self._openssl("req", "-x509", *KEY, "-days", "2", "-subj", f"/CN={ca}", "-keyout", self._path(ca, "key"),
                          "-out", self._path(ca, "crt"))
        self._issue("here", "ca", "IP:127.0.0.1", "-days", "2")
        self._issue("named", "ca", "DNS:here.db.example", "-days", "2")
        self._issue("client", "ca", "DNS:client.example", "-days", "2", subject="/O=tests/CN=client")
        self._issue("elsewhere", "ca", "DNS:elsewhere.example", "-days", "2")
        # `req` and `x509` know no date of expiry in the past, `ca` does.
        self._issue("expired", "ca", "IP:127.0.0.1", "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
        self._issue("stranger", "other_ca", "IP:127.0.0.1", "-days", "2")

    def certificate(self, name):
        return self._path(name, "crt")

    def key(self, name):
        return self._path(name, "key")

    def pem(self, name):
        return self._path(name, "pem")

    def _path(self, name, kind):
        return str(self._directory / f"{name}.{kind}")

    def _issue(self, name, ca, alternative, *validity, subject=None):
        request, settings = self._path(name, "csr"), self._path(name, "cnf")
        database = self._directory / f"{name}.db"
        database.touch()
        with open(settings, "w", encoding="ascii") as file:
            file.write(f"[ca]\ndefault_ca=this\n[this]\ndatabase={database}\nnew_certs_dir={self._directory}\ndefault_md=sha256\n"
                       f"policy=any\nx509_extensions=extensions\nrand_serial=yes\n[any]\n"
                       f"organizationName=optional\ncommonName=supplied\n"
                       f"[extensions]\nsubjectAltName={alternative}\n")
        self._openssl("req", *KEY, "-subj", subject or f"/CN={name}", "-keyout", self.key(name), "-out", request)
        self._openssl("ca", "-batch", "-config", settings, "-cert", self.certificate(ca), "-keyfile", self.key(ca), "-in", request,
                      "-out", self.certificate(name), "-notext", *validity)
        with open(self.pem(name), "w", encoding="ascii") as both:
            for part in (self.certificate(name), self.key(name)):
                with open(part, encoding="ascii") as file:
                    both.write(file.read())

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
