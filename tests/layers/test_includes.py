"""Tests that the layers of src/ and include/ know only what is below them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What each folder may include of the project itself. `gridfs` is include/gridfs, the library's face.
PROJECT = {
    "include/gridfs": {"gridfs"},
    "src/util": {"util"},
    "src/bucket": {"bucket", "gridfs"},
    "src/transfer": {"transfer", "gridfs", "util"},
    "src/cli": {"cli", "transfer", "gridfs", "util"},
    "src/main.cpp": {"cli", "util"},
}
# Libraries that only one folder may include.
LIBRARIES = {"bson": "src/bucket", "mongoc": "src/bucket", "CLI": "src/cli", "fmt": "src/cli", "spdlog": "src/cli", "toml++": "src/cli"}

PRINTING = re.compile(r"std::(?:cout|cerr|clog|exit|quick_exit)\b|\b(?:f|d|v)?printf\s*\(|\bf?puts\s*\(|\b_exit\s*\(")
# It ends the process by a signal, and nothing else; src/cli calls it.
MAY_END = {"src/util/process/signals.cpp"}


def layer_of(path):
    return next((layer for layer in PROJECT if path == layer or path.startswith(layer + "/")), None)


def include_violations(path, line):
    """What is wrong with the `#include` of a line, if it is one."""
    found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
    if not found:
        return
    layer, target = layer_of(path), found[2]
    room = re.sub(r"\.h$", "", target.split("/")[0])
    if found[1] == '"' or room in set.union(*PROJECT.values()):
        if room not in PROJECT[layer]:
            yield f"{layer} must not know {target}"
    elif LIBRARIES.get(room, layer) != layer:
        yield f"<{target}> belongs to {LIBRARIES[room]} alone"
    elif layer == "include/gridfs" and not re.fullmatch("[a-z_0-9]+", target):
        yield f"<{target}> is not of the standard library"


def violations(path, text):
    """The lines of a file that break a rule, each with the rule."""
    for number, line in enumerate(text.splitlines(), 1):
        code = re.sub(r"//.*", "", line)
        for violation in include_violations(path, code):
            yield f"{path}:{number}: {violation}"
        if PRINTING.search(code) and layer_of(path) != "src/cli" and path not in MAY_END:
            yield f"{path}:{number}: only src/cli prints and exits: {line.strip()}"


def sources():
    files = [*ROOT.glob("include/**/*"), *ROOT.glob("src/**/*")]
    return {str(file.relative_to(ROOT)): file for file in files if file.suffix in (".hpp", ".cpp", ".in")}


def test_every_layer_has_files():
    assert {layer_of(path) for path in sources()} == set(PROJECT)


def test_arrows_point_down():
    found = [one for path, file in sorted(sources().items()) for one in violations(path, file.read_text())]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "path, line",
    [
        ("src/transfer/put.cpp", '#include "cli/output/messages.hpp"'),
        ("src/transfer/put.cpp", '#include "bucket/client/handles.hpp"'),
        ("src/cli/commands/put.cpp", '#include "bucket/client/handles.hpp"'),
        ("src/cli/commands/put.cpp", "#include <bucket/client/handles.hpp>"),
        ("src/bucket/client/client.cpp", '#include "transfer/put.hpp"'),
        ("src/bucket/client/client.cpp", '#include "util/text/escape.hpp"'),
        ("src/util/fs/tree.cpp", '#include "gridfs/error.hpp"'),
        ("src/util/fs/tree.cpp", '#include "transfer/put.hpp"'),
        ("src/util/files/tree.cpp", '#include "cli/output/output.hpp"'),
        ("include/gridfs/bucket.hpp", '#include "bucket/client/handles.hpp"'),
        ("include/gridfs/bucket.hpp", '#include "util/text/escape.hpp"'),
        ("include/gridfs/bucket.hpp", "#include <unistd.h>"),
        ("include/gridfs/bucket.hpp", "#include <bson/bson.h>"),
        ("src/transfer/put.cpp", "#include <mongoc/mongoc.h>"),
        ("src/cli/run.cpp", "#  include <bson.h>"),
        ("src/transfer/put.hpp", "#include <CLI/App.hpp>"),
        ("src/util/fs/tree.cpp", "#include <spdlog/spdlog.h>"),
        ("src/transfer/put.cpp", "#include <toml++/toml.h>"),
        ("src/bucket/client/client.cpp", "  std::cerr << message;"),
        ("src/transfer/put.cpp", "  std::cout << id;"),
        ("src/transfer/put.cpp", '  std::printf("%s", id);'),
        ("src/util/fs/tree.cpp", "  std::exit(1);"),
        ("src/bucket/client/client.cpp", "  ::_exit(1);"),
    ],
)
def test_a_broken_rule_is_found(path, line):
    assert len(list(violations(path, line))) == 1


@pytest.mark.parametrize(
    "path, line",
    [
        ("src/bucket/client/client.cpp", "#include <mongoc/mongoc.h>"),
        ("src/bucket/client/client.cpp", '#include "gridfs/error.hpp"'),
        ("src/cli/commands/put.cpp", '#include "transfer/put.hpp"'),
        ("src/cli/run.cpp", "#include <CLI/App.hpp>"),
        ("src/cli/shutdown.cpp", "  ::_exit(1);"),
        ("src/util/fs/tree.cpp", "#include <sys/stat.h>"),
        ("src/util/fs/tree.cpp", "  // as printf() does"),
        ("include/gridfs/bucket.hpp", "#include <string_view>"),
    ],
)
def test_what_is_allowed_is_allowed(path, line):
    assert not list(violations(path, line))
