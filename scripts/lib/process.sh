# shellcheck shell=bash
# A server in the background; what is known of it is in a directory: `pid`, and in `log` what it says.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What the next server is started by: `setpriv --pdeathsig KILL` lets it end with the script, however that ends.
started_by=()

# A process that has ended gives its number to another one some day; number and start time together are one process's.
process_identity() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -r -a fields <<<"${stat##*) }"
  [[ ${fields[0]} != Z ]] && echo "$1 ${fields[19]}"
}

# is_running STATE: sets `running_pid` when the server started there still runs.
is_running() {
  local recorded
  recorded=$(cat "$1/pid" 2>/dev/null) && [[ -n $recorded ]] || return 1
  running_pid=${recorded%% *}
  [[ $(process_identity "$running_pid") == "$recorded" ]]
}

# uri_of STATE: prints the URI that the server has said it answers at: the embedded one as it is, mongod as a port.
uri_of() {
  sed -nE -e '/^mongodb:/p' \
    -e 's|.*"msg":"Waiting for connections","attr":\{"port":([0-9]+),.*|mongodb://127.0.0.1:\1/|p' "$1/log" | grep .
}

# start_process STATE COMMAND...: starts a server and sets `server_uri` when it answers; fails when it ends before.
start_process() {
  local state=$1 tries
  shift
  mkdir -p "$state"
  # In a session of its own: Ctrl-C is for the script, which stops the server when it is done with it.
  setsid "${started_by[@]}" "$@" </dev/null >"$state/log" 2>&1 &
  process_identity $! >"$state/pid" || true
  for ((tries = 0; tries < 600; tries++)); do
    if server_uri=$(uri_of "$state"); then
      return
    fi
    is_running "$state" || return 1
    sleep 0.1
  done
  stop_process "$state"
  die "the server did not answer within a minute: $(last_line <"$state/log")"
}

# stop_process STATE: ends exactly the process that start_process started, and waits for its end.
stop_process() {
  local tries
  for ((tries = 0; tries < 400; tries++)); do
    is_running "$1" || break
    case $tries in
      0) kill -TERM "$running_pid" 2>/dev/null || true ;;
      300) kill -KILL "$running_pid" 2>/dev/null || true ;;
    esac
    sleep 0.1
  done
  rm -f "$1/pid"
}
