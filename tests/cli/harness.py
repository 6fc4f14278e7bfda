"""Runs the program as a shell would, on a database of the test's own."""

import os
import random
import re
import select
import signal
import subprocess
import termios
import time
import urllib.parse
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bson import ObjectId, json_util

LIMIT = 180  # seconds that any run may take; a busy machine takes long
FIRST_DAY = datetime(2024, 5, 1, 12, 0, 0, 123000, tzinfo=timezone.utc)
MISSING_ID = "0123456789abcdef01234567"
COMMANDS = ("put", "get", "get-by-name", "cat", "ls", "stat", "rename", "rm")

# A shell's background jobs ignore SIGINT, and what nohup starts ignores SIGHUP; the programs started here must not.
for _number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, signal.SIG_DFL)


@dataclass(frozen=True)
class Result:
    out: bytes
    err: str
    code: int  # negative: the signal that ended it


class Process(subprocess.Popen):
    """Ended with its scope where the test has failed: it may wait for what the test was to do next."""

    database = None  # of the test

    def __exit__(self, kind, *rest):
        if kind is not None:
            self.kill()
        super().__exit__(kind, *rest)


class Program:
    """The program, whose connection string names the test's database unless `uri` or `env` say otherwise."""

    def __init__(self, path, uri, directory):
        self.path, self.uri, self.directory = path, uri, directory

    def environment(self, uri=None, **changes):
        ours = re.compile("GRIDFS_.*|MONGODB_URI|NO_COLOR|XDG_CONFIG_HOME")
        env = {name: value for name, value in os.environ.items() if not ours.fullmatch(name)}
        # libmongoc complains where a process of the same number was killed and left its counters in shared memory.
        env |= {"MONGOC_DISABLE_SHM": "1"}
        env |= {"HOME": str(self.directory), "LC_ALL": "C.UTF-8", "TERM": "xterm", "GRIDFS_URI": uri or self.uri}
        env |= changes
        return {name: value for name, value in env.items() if value is not None}

    def start(self, *arguments, uri=None, env=None, **popen):
        """In a session of its own, so that the terminal of whoever runs the tests is out of its reach."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        options = {"cwd": self.directory, "start_new_session": True} | pipes | popen
        process = Process([self.path, *arguments], env=self.environment(uri, **(env or {})), **options)
        process.database = urllib.parse.urlsplit(self.uri).path.strip("/")
        return process

    def __call__(self, *arguments, stdin=b"", **popen):
        with self.start(*arguments, **popen) as process:
            return finish(process, stdin)


def finish(process, stdin=None, limit=LIMIT):
    try:
        out, err = process.communicate(stdin, timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"still running after {limit} s; printed {out!r} and {err!r}") from None
    text = (err or b"").decode(errors="surrogateescape")
    if process.database:
        text = text.replace(f" in {process.database}.", " in DB.")  # its name is another each time
    return Result(out or b"", text, process.returncode)


def expect(result, out=b"", err="", code=0):
    """Holds standard output, standard error and the exit code together against what is expected; a compiled pattern
    must match the whole of the text."""

    def differs(got, wanted):
        return not wanted.fullmatch(got) if isinstance(wanted, re.Pattern) else got != wanted

    wanted = Result(out.encode() if isinstance(out, str) else out, err, code)
    wrong = [name for name in ("out", "err", "code") if differs(getattr(result, name), getattr(wanted, name))]
    assert not wrong, f"{', '.join(wrong)} differ:\n  got      {result}\n  expected {wanted}"


def error(command, message):
    return f"gridfs: {command}: {message}\n"


def error_like(command, pattern):
    return re.compile(rf"gridfs: {command}: {pattern}\n")


def usage_error(command=None, about=".+"):
    """One line that names what is wrong, and where to read on."""
    where = f"{command} --help" if command else "--help"
    return re.compile(rf"gridfs: {f'{command}: ' if command else ''}{about} \(see 'gridfs {where}'\)\n")


def bad_option(command, about=".+"):
    """One line about a value that only the bucket module can judge."""
    return re.compile(rf"gridfs: {command}: {about}\n")


def only_id(result):
    """The one id that a `put` has printed."""
    expect(result, out=re.compile(rb"[^\n]+\n"))
    return result.out.decode().rstrip("\n")


def json_lines(result):
    lines = result.out.decode().splitlines()
    options = json_util.JSONOptions(tz_aware=True, tzinfo=timezone.utc)
    return [json_util.loads(line, json_options=options) for line in lines]


def json_summary(failed=0, skipped=0, **counts):
    return {"summary": counts | {"failed": failed, "skipped": skipped}}


def bytes_text(count):
    return "1 byte" if count == 1 else f"{count} bytes"


def sample(length, seed=0):
    return random.Random(f"{length} {seed}").randbytes(length)


def add_files(database, *names, step=timedelta(days=1), **fields):
    """Files documents of empty files, each a day newer than the one before; gives their ids."""
    documents = [
        {
            "_id": ObjectId(),
            "length": 0,
            "chunkSize": 4,
            "uploadDate": FIRST_DAY + number * step,
            "filename": name,
        }
        | fields
        for number, name in enumerate(names)
    ]
    for document in documents:
        if document["filename"] is None:
            del document["filename"]
    database["fs.files"].insert_many(documents)
    return [document["_id"] for document in documents]


def content(bucket, file_id):
    return bucket.open_download_stream(file_id).read()


def snapshot(database):
    """Everything that is in the database, for seeing that nothing has changed."""
    return {name: list(database[name].find(sort=[("_id", 1)])) for name in sorted(database.list_collection_names())}


def tree(directory):
    """The files below a directory with what they hold, for seeing that nothing was left or changed."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def wait_until(condition, limit=LIMIT):
    end = time.monotonic() + limit
    while not (value := condition()):
        assert time.monotonic() < end, f"waited {limit} s in vain"
        time.sleep(0.005)
    return value


def send(process, number):
    """Sends a signal and waits until the program has taken it."""
    process.send_signal(number)
    wait_until(lambda: process.poll() is not None or not has_signal(process, number, "SigPnd", "ShdPnd"), limit=2)


def has_signal(process, number, *masks):
    """Whether a signal is in one of these masks of /proc/PID/status."""
    with open(f"/proc/{process.pid}/status") as status:
        fields = dict(line.split(":\t") for line in status if ":\t" in line)
    return any(int(fields[mask], 16) >> (number - 1) & 1 for mask in masks)


def uri_with(uri, database, **options):
    """The connection string with another database, but the same credentials, and with more options."""
    parts = urllib.parse.urlsplit(uri)
    query = dict(urllib.parse.parse_qsl(parts.query))
    if "@" in parts.netloc:
        query.setdefault("authSource", parts.path.strip("/") or "admin")
    query |= options
    return urllib.parse.urlunsplit(parts._replace(path=f"/{database}", query=urllib.parse.urlencode(query)))


def new_database_name():
    return f"cli-{os.getpid()}-{uuid.uuid4().hex[:12]}"


COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class TerminalRun:
    """A run whose controlling terminal is a pseudo-terminal; `on_terminal` names the standard streams that are, too."""

    def __init__(self, program, *arguments, on_terminal=(), columns=80, **popen):
        self.shown = ""
        self._master, self._slave = os.openpty()
        self.resize(columns)
        name = os.ttyname(self._slave)
        # The leader of a new session gets the first terminal that it opens as its controlling terminal.
        self.process = program.start(
            *arguments,
            preexec_fn=lambda: os.close(os.open(name, os.O_RDWR)),
            **dict.fromkeys(on_terminal, self._slave),
            **popen,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.__exit__(None, None, None)
        os.close(self._slave)
        os.close(self._master)

    def read(self):
        while select.select([self._master], [], [], 0)[0]:
            self.shown += os.read(self._master, 4096).decode(errors="replace")
        return self.shown

    def wait_for(self, text):
        wait_until(lambda: text in self.read())

    def resize(self, columns):
        self._columns = columns
        termios.tcsetwinsize(self._slave, (24, columns))

    def screen(self):
        """The lines that the terminal shows in the end: not its colours, nor what was shown for a while. None is wrapped."""
        rows, row, column = [""], 0, 0
        for part in re.findall(r"\x1b\[J|\r|\n|[^\x1b\r\n]", COLOUR.sub("", self.shown)):
            if part == "\r":
                column = 0
            elif part == "\n":
                row += 1
                rows[row:] = rows[row:] or [""]
            elif part == "\x1b[J":
                rows[row:] = [rows[row][:column]]
            else:
                assert column < self._columns, self.shown
                rows[row] = rows[row][:column].ljust(column) + part + rows[row][column + 1 :]
                column += 1
        return [line for line in rows if line]

    def type(self, text):
        os.write(self._master, text.encode())

    def finish(self, stdin=b"", limit=LIMIT):
        result = finish(self.process, stdin if self.process.stdin else None, limit)
        self.read()
        return result
