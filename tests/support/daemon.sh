# For scripts that need the daemon: `. tests/support/daemon.sh`, then `start_daemon PROGRAM NODES`, which sets
# $addresses to HOST:PORT,… of the nodes, on ports that the system chose; `stop_daemon` demands a clean end.

folder=$(mktemp -d)
daemon=
trap 'test -z "$daemon" || kill "$daemon" 2>/dev/null; rm -rf "$folder"' EXIT

start_daemon() {
    rm -f "$folder/says"
    mkfifo "$folder/says"
    "$1" --nodes "$2" --port 0 >"$folder/says" &
    daemon=$!
    exec 3<"$folder/says"
    read -r ready <&3 # one line of JSON, once it listens
    # shellcheck disable=SC2034 # for who sources this
    addresses=$(echo "$ready" | grep -o '"port": [0-9]*' | sed 's/.* /127.0.0.1:/' | paste -sd,)
}

stop_daemon() {
    kill -TERM "$daemon"
    wait "$daemon"
    daemon=
}
