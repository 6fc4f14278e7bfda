# shellcheck shell=bash
# The server that quickstart and tests use: the one in MONGODB_URI, else a mongod of our own, else the embedded one.
source "$(dirname "${BASH_SOURCE[0]}")/embedded.sh"

scratch=
mongod_pid=

# prepare_server: builds what start_server may need, and makes the directory `scratch`. The end of the script, whatever
# its cause, stops the server and removes the directory.
prepare_server() {
  if [[ -z ${MONGODB_URI:-} ]] && ! command -v mongod >/dev/null; then
    build_embedded
  fi
  trap 'stop_server; rm -rf "$scratch"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/gridfs-$script_name.XXXXXX")
}

# start_server: sets `server_uri`.
start_server() {
  if [[ -n ${MONGODB_URI:-} ]]; then
    say "using the server that MONGODB_URI names"
    server_uri=$MONGODB_URI
  elif command -v mongod >/dev/null; then
    start_mongod
  else
    # It ends when this script does, even by SIGKILL: its standard input closes then.
    mkfifo "$scratch/hold"
    exec 9<>"$scratch/hold"
    start_embedded "$scratch/server" --dir "$scratch/data" --until-stdin-closes <"$scratch/hold"
    server_uri=$(cat "$scratch/server/uri")
  fi
}

stop_server() {
  if [[ -n $mongod_pid ]]; then
    kill -TERM "$mongod_pid" 2>/dev/null || true
    wait "$mongod_pid" 2>/dev/null || true
    mongod_pid=
  elif [[ -d $scratch/server ]]; then
    stop_embedded "$scratch/server"
    exec 9>&-
  fi
  rm -rf "${scratch:?}"/{server,data,hold}
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# mongod cannot be told to take any free port: another one is tried when the port was taken after all.
start_mongod() {
  local port attempt tries
  mkdir "$scratch/data" "$scratch/server"
  for ((attempt = 0; attempt < 10; attempt++)); do
    port=$((20000 + RANDOM % 12000))
    ! port_answers "$port" || continue
    setsid mongod --port "$port" --bind_ip 127.0.0.1 --nounixsocket --dbpath "$scratch/data" \
      </dev/null >"$scratch/server/log" 2>&1 &
    mongod_pid=$!
    for ((tries = 0; tries < 600; tries++)); do
      kill -0 "$mongod_pid" 2>/dev/null || break
      if port_answers "$port"; then
        server_uri=mongodb://127.0.0.1:$port/
        return
      fi
      sleep 0.1
    done
  done
  die "mongod did not start: $(last_line "$scratch/server/log")"
}
