# shellcheck shell=bash
# The embedded server (devserver/): building, starting and stopping it.
source "$(dirname "${BASH_SOURCE[0]}")/go.sh"

embedded_program=$root/build/devserver/devserver

# build_embedded: does nothing when no source is newer than the program.
build_embedded() {
  local log
  if [[ -x $embedded_program && -z $(find "$root/devserver" -newer "$embedded_program" -print -quit) ]]; then
    return
  fi
  install_packages ca-certificates
  find_go
  say "building the embedded server"
  log=$(mktemp)
  if ! (cd "$root/devserver" && GOTOOLCHAIN=local CGO_ENABLED=0 \
    "$go" build -buildvcs=false -trimpath -o "$embedded_program" .) >"$log" 2>&1; then
    say "could not build the embedded server: $(last_line "$log")"
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
  touch "$embedded_program"
}

# A process that has ended gives its number to another one some day; number and start time together are one process's.
process_identity() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -r -a fields <<<"${stat##*) }"
  [[ ${fields[0]} != Z ]] && echo "$1 ${fields[19]}"
}

# embedded_is_running STATE_DIR: sets `embedded_pid` when the server started from STATE_DIR still runs.
embedded_is_running() {
  local recorded
  recorded=$(cat "$1/pid" 2>/dev/null) && [[ -n $recorded ]] || return 1
  embedded_pid=${recorded%% *}
  [[ $(process_identity "$embedded_pid") == "$recorded" ]]
}

# start_embedded STATE_DIR OPTION...: starts the server, its standard input being ours, and waits until it answers; its
# URI is in STATE_DIR/uri.
start_embedded() {
  local state=$1 tries
  shift
  mkdir -p "$state"
  # In a session of its own: Ctrl-C is for the script, which stops the server when it is done with it.
  setsid "$embedded_program" "$@" <&0 9>&- >"$state/uri" 2>"$state/log" &
  process_identity $! >"$state/pid" || true
  for ((tries = 0; tries < 600; tries++)); do
    [[ ! -s $state/uri ]] || return 0
    embedded_is_running "$state" || die "the embedded server did not start: $(last_line "$state/log")"
    sleep 0.1
  done
  stop_embedded "$state"
  die "the embedded server did not answer within a minute"
}

# stop_embedded STATE_DIR: ends exactly the process that start_embedded started, and waits for its end.
stop_embedded() {
  local state=$1 tries
  for ((tries = 0; tries < 150; tries++)); do
    embedded_is_running "$state" || break
    case $tries in
      0) kill -TERM "$embedded_pid" 2>/dev/null || true ;;
      100) kill -KILL "$embedded_pid" 2>/dev/null || true ;;
    esac
    sleep 0.1
  done
  rm -f "$state/pid" "$state/uri"
}
