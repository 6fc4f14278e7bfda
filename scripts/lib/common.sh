# shellcheck shell=bash
# What every script here starts with: where the tree is, and how to speak.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
script_name=$(basename "$0")
export LC_ALL=C.UTF-8
export HOME="${HOME:-$root/.deps}"

say() { printf '%s: %s\n' "$script_name" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# What the log on standard input ends with, for the one line that names a failure.
last_line() { grep -v '^[[:space:]]*$' | tail -n 1; }

# quietly WHAT COMMAND...: runs a command, which is heard of only when it fails; then the script ends.
quietly() {
  local what=$1 said
  shift
  said=$("$@" 2>&1 </dev/null) || die "could not $what: $(last_line <<<"$said")"
}
