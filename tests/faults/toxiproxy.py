"""toxiproxy: between client and server, slow, short of bandwidth, or cut."""

import json
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from harness import wait_until
from subprocesses import Server, tool


class Toxiproxy(Server):
    """Its HTTP interface is on a free port; each proxy is on one, too."""

    def __init__(self):
        # It does not say which port it has taken when it is asked for any.
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        super().__init__([tool("toxiproxy"), "-host", "127.0.0.1", "-port", str(port)],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._api = f"http://127.0.0.1:{port}"
        wait_until(self._answers, limit=20)

    def proxy(self, name, uri):
        """A proxy before the server that the connection string names."""
        server = urllib.parse.urlsplit(uri).netloc.rpartition("@")[2]
        made = self.call("POST", "/proxies", name=name, listen="127.0.0.1:0", upstream=server)
        return Proxy(self, name, uri.replace(server, made["listen"]))

    def call(self, method, path, **body):
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._api + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as reply:
            text = reply.read()
        return json.loads(text) if text else None

    def _answers(self):
        assert self.process.poll() is None, "toxiproxy has ended"
        try:
            return bool(self.call("GET", "/version"))
        except (urllib.error.URLError, ConnectionError):
            return False


class Proxy:
    """`uri` leads through it."""

    def __init__(self, toxiproxy, name, uri):
        self._toxiproxy, self._name, self.uri = toxiproxy, name, uri

    def add(self, kind, to_server=False, **attributes):
        """A toxic: `latency` (latency, jitter: ms), `bandwidth` (rate: KB/s), `limit_data` (bytes: then cut), `timeout` (timeout: ms;
        0: nothing passes any more), `reset_peer` (timeout: ms), `slow_close` (delay: ms), `slicer`."""
        stream = "upstream" if to_server else "downstream"
        self._toxiproxy.call("POST", f"/proxies/{self._name}/toxics", name=f"{kind}-{stream}", type=kind, stream=stream,
                             attributes=attributes)

    def clear(self):
        for toxic in self._toxiproxy.call("GET", f"/proxies/{self._name}/toxics"):
            self._toxiproxy.call("DELETE", f"/proxies/{self._name}/toxics/{toxic['name']}")

    def cut(self):
        """Ends all connections and takes no new ones until restore()."""
        self._toxiproxy.call("POST", f"/proxies/{self._name}", enabled=False)

    def restore(self):
        self._toxiproxy.call("POST", f"/proxies/{self._name}", enabled=True)

    def remove(self):
        self._toxiproxy.call("DELETE", f"/proxies/{self._name}")
