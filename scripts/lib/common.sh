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

# last_line FILE: what a log ends with, for the one line that names a failure.
last_line() { grep -v '^[[:space:]]*$' "$1" | tail -n 1; }
