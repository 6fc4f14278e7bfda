"""A proxy before the server that reads along: what was asked of the server, held back or cut off where a test wants."""

import math
import socket
import struct
import threading
from datetime import datetime, timezone

import bson
from pymongo import uri_parser

OP_MSG, OP_QUERY, OP_REPLY = 2013, 2004, 1
HEADER = struct.Struct("<iiii")


class Hold:
    """Commands that wait in the proxy until they are released."""

    def __init__(self):
        self.reached, self.released = threading.Event(), threading.Event()

    def wait(self):
        assert self.reached.wait(60), "the command never came"

    def release(self):
        self.released.set()


class Proxy:
    """`tls` is a server-side SSLContext. `as_replica_set` makes the server call itself a primary of the set `rs`, and
    `hello` holds fields in which its reply differs from that."""

    def __init__(self, uri, tls=None, as_replica_set=False, hello=None):
        self._server = uri_parser.parse_uri(uri)["nodelist"][0]
        self._tls, self._as_replica_set, self._hello = tls, as_replica_set, hello or {}
        self.greetings = []  # the hello of each connection
        self._seen, self._rules, self._sockets = [], [], []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "%s:%d" % self._listener.getsockname()
        host = ",".join(f"{name}:{port}" for name, port in uri_parser.parse_uri(uri)["nodelist"])
        self.uri = uri.replace(host, self.address)
        threading.Thread(target=self._accept, daemon=True).start()

    def set_hello(self, fields):
        self._hello = fields

    def commands(self, name, collection=None):
        """The commands of a name that came so far, on a collection whose name ends so; but not what was sent once more
        because the server knows no collations."""
        with self._lock:
            seen = [one for one in self._seen if matches(one, name, collection)]
        return [one for one, after in zip(seen, [*seen[1:], {}]) if not is_sent_without_collation(one, after)]

    def connections(self):
        """How many have been made so far."""
        return len(self._sockets) // 2

    def hold(self, name, collection=None, times=math.inf):
        """Keeps such commands back, all or the next ones."""
        hold = Hold()
        self._rules.append((name, collection, times, hold))
        return hold

    def cut(self, name, collection=None, times=1):
        """Closes the connection instead of passing such commands on."""
        self._rules.append((name, collection, times, None))

    def close(self):
        self._listener.close()
        for *_, hold in self._rules:
            if hold:
                hold.release()
        for one in self._sockets:
            one.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            if self._tls:
                client = self._tls.wrap_socket(client, server_side=True)
            with client, socket.create_connection(self._server) as server:
                self._sockets += [client, server]
                while self._pass_on(client, server):
                    pass
        except (OSError, EOFError):
            client.close()

    def _pass_on(self, client, server):
        asked = read_message(client)
        request = self._request(asked)
        if HEADER.unpack_from(request)[3] == OP_QUERY:
            self.greetings.append(greeting_of(request))
        if HEADER.unpack_from(request)[3] == OP_MSG and not self._let_through(command_of(request)):
            return False
        server.sendall(request)
        more_to_come = True
        while more_to_come:
            reply = read_message(server)
            opcode, flags = struct.unpack_from("<iI", reply, 12)
            more_to_come = opcode == OP_MSG and flags & 2
            client.sendall(self._reply(reply, asked))
        return True

    def _request(self, message):
        """What the server is sent for it."""
        return message

    def _reply(self, message, _asked):
        """What the client is sent for it."""
        return self._changed(message) if self._as_replica_set else message

    def _let_through(self, command):
        with self._lock:
            self._seen.append(command)
            rule = self._take_rule(command)
        if rule is None:
            return True
        if hold := rule[3]:
            hold.reached.set()
            hold.released.wait()
        return hold is not None

    def _take_rule(self, command):
        for at, (name, collection, times, hold) in enumerate(self._rules):
            if times > 0 and matches(command, name, collection):
                self._rules[at] = (name, collection, times - 1, hold)
                return self._rules[at]
        return None

    def _changed(self, reply):
        return with_greeting(reply, {
            "setName": "rs",
            "hosts": [self.address],
            "me": self.address,
            "primary": self.address,
            "secondary": False,
            "setVersion": 1,
            "electionId": bson.ObjectId("0" * 24),
            "lastWrite": {"lastWriteDate": datetime.now(timezone.utc)},
        } | self._hello)


def with_greeting(reply, fields):
    """The reply with fields set, if it is one to hello."""
    start = HEADER.size + (20 if HEADER.unpack_from(reply)[3] == OP_REPLY else 5)
    document = bson.decode(reply[start:])
    if not {"isWritablePrimary", "ismaster"} & set(document):
        return reply
    changed = reply[:start] + bson.encode(document | fields)
    return struct.pack("<i", len(changed)) + changed[4:]


def is_sent_without_collation(command, after):
    return "collation" in command and "collation" not in after and command.get("filter", ()) == after.get("filter")


def matches(command, name, collection):
    if next(iter(command)) != name:
        return False
    target = command.get("collection") if name == "getMore" else command[name]
    return collection is None or str(target).endswith(collection)


def read_message(source):
    head = read_exactly(source, 4)
    return head + read_exactly(source, struct.unpack("<i", head)[0] - 4)


def read_exactly(source, length):
    parts = []
    while length > 0:
        part = source.recv(min(length, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def greeting_of(query):
    """The document of an OP_QUERY: behind flags, the collection's name, and two numbers."""
    return bson.decode(query[query.index(b"\0", HEADER.size + 4) + 9 :])


def command_of(message):
    """The command's own document; of sequences of documents beside it only the number is kept."""
    command, at = {}, HEADER.size + 4
    while at < len(message) - 4:
        kind, size = message[at], struct.unpack_from("<i", message, at + 1)[0]
        if kind == 0:
            command = bson.decode(message[at + 1 : at + 1 + size]) | command
        else:
            end = message.index(b"\0", at + 5)
            command[message[at + 5 : end].decode() + " sequence"] = size
        at += 1 + size
    return {name: command[name] for name in sorted(command, key=lambda name: name.endswith(" sequence"))}
