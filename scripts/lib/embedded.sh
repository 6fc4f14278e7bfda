# shellcheck shell=bash
# The embedded server (devserver/), which is FerretDB over SQLite or PostgreSQL.
source "$(dirname "${BASH_SOURCE[0]}")/go.sh"

embedded_program=$root/build/devserver/devserver

# build_embedded: does nothing when no source is newer than the program.
build_embedded() {
  if [[ -x $embedded_program && -z $(find "$root/devserver" -newer "$embedded_program" -print -quit) ]]; then
    return
  fi
  install_packages ca-certificates
  find_go
  say "building the embedded server"
  quietly "build the embedded server" env GOTOOLCHAIN=local CGO_ENABLED=0 \
    "$go" build -C "$root/devserver" -buildvcs=false -trimpath -o "$embedded_program" .
  touch "$embedded_program"
}
