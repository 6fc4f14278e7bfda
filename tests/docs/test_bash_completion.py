"""Bash on a terminal: readline takes words apart at `=`, and offers file names in its own way."""

import shlex

import pytest
from shells import completions, converse

BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"


@pytest.fixture(params=["alone", "with bash-completion, loaded by it"])
def start(request, tmp_path):
    """What a user's .bashrc has."""
    script = completions() / "gridfs.bash"
    if request.param == "alone":
        return f"source {shlex.quote(str(script))}"
    scripts = tmp_path / "completion" / "completions"
    scripts.mkdir(parents=True)
    (scripts / "gridfs").symlink_to(script)
    return f"BASH_COMPLETION_USER_DIR={shlex.quote(str(scripts.parent))}; source {BASH_COMPLETION}"


@pytest.mark.parametrize(
    ("typed", "arguments"),
    [
        (r"gridfs pu\tx", "put x"),
        (r"gridfs --col\t alw\tls", "--color always ls"),
        (r"gridfs --color=alw\tls", "--color=always ls"),
        (r"gridfs --color nev\tls --lat\t", "--color never ls --latest"),
        (r"gridfs put --content-type=a\tpho\t", "put --content-type=auto photo one.png"),
        (r"gridfs put dir\tinn\t", "put directory/inner.txt"),
        (r"gridfs --uri-file=pho\tls", "--uri-file=photo one.png ls"),
        (r"gridfs get pho\t", "get pho"),
        (r"gridfs completion f\t", "completion fish"),
    ],
)
def test_what_is_typed_becomes_what_is_run(start, typed, arguments, tmp_path):
    work = tmp_path / "work"
    (work / "directory").mkdir(parents=True)
    (work / "directory" / "inner.txt").touch()
    (work / "photo one.png").touch()
    (tmp_path / "rc").write_text(start + "\ngridfs() { printf '%s' '<'; printf '%s' \"$*\"; printf '%s\\n' '>'; }\n")
    environment = {"PATH": "/usr/bin:/bin", "TERM": "dumb", "HOME": str(tmp_path), "INPUTRC": "/dev/null"}
    written = converse(
        ["bash", "--noprofile", "--rcfile", str(tmp_path / "rc"), "-i"],
        environment,
        work,
        keys=typed.replace(r"\t", "\t").encode() + b"\n",
        until=b">\r\n",
    )
    assert f"<{arguments}>" in written
