# shellcheck shell=bash
# The server that the scripts run on: the one in MONGODB_URI, else a mongod, else the embedded server.
source "$(dirname "${BASH_SOURCE[0]}")/embedded.sh"
source "$(dirname "${BASH_SOURCE[0]}")/mongodb.sh"
source "$(dirname "${BASH_SOURCE[0]}")/process.sh"

# choose_server: sets `server_kind` to `given`, `mongod` or `embedded`, and gets what is missing for it.
choose_server() {
  if [[ -n ${MONGODB_URI:-} ]]; then
    server_kind=given
    return
  fi
  find_mongod
  if [[ -n $mongod ]]; then
    server_kind=mongod
  else
    choose_embedded
  fi
}

choose_embedded() {
  server_kind=embedded
  build_embedded
}

# start_server STATE DIR: sets `server_uri`, to that of a server of the chosen kind, whose data is in DIR.
start_server() {
  local state=$1 dir=$2
  if [[ $server_kind == given ]]; then
    say "using the server that MONGODB_URI names"
    server_uri=$MONGODB_URI
    return
  fi
  mkdir -p "$dir"
  if [[ $server_kind == mongod ]]; then
    if start_process "$state" "$mongod" --port 0 --bind_ip 127.0.0.1 --nounixsocket --quiet \
      --dbpath "$dir" --wiredTigerCacheSizeGB 0.25 --setParameter enableTestCommands=1; then
      return
    fi
    say "$mongod does not start: $(last_line <"$state/log"): the embedded server serves instead"
    choose_embedded
  fi
  start_embedded "$state" --dir "$dir"
}

# start_embedded STATE OPTION...
start_embedded() {
  local state=$1
  shift
  start_process "$state" "$embedded_program" "$@" ||
    die "the embedded server did not start: $(last_line <"$state/log")"
}

# make_scratch: sets `scratch`, an empty directory that goes when the script ends, as does the server in it. What a
# script that was killed has left there, the next one removes.
make_scratch() {
  local left
  for left in "$root"/build/scratch/*; do
    [[ -d /proc/${left##*/} ]] || rm -rf "$left"
  done
  scratch=$root/build/scratch/$$
  trap 'stop_scratch_server; rm -rf "$scratch"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  rm -rf "$scratch"
  mkdir -p "$scratch"
}

# start_scratch_server: sets `server_uri`, to that of an empty server unless one is given. It ends with the script, even
# where that is killed.
start_scratch_server() {
  started_by=(setpriv --pdeathsig KILL)
  start_server "$scratch/server" "$scratch/data"
}

stop_scratch_server() {
  stop_process "$scratch/server"
  rm -rf "${scratch:?}"/{server,data}
}
