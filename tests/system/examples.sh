#!/bin/sh
# The client's example programs against the daemon: real sockets, wall time.
# usage: examples.sh MOCKD EXAMPLES
set -eu
. tests/support/daemon.sh

programs=$2

fail() {
    echo "examples: $1" >&2
    exit 1
}

start_daemon "$1" 3
first=${addresses%%,*}
second=${addresses#*,}
second=${second%%,*}

"$programs/hello" "$addresses" | grep -qx 'D-[^ ]* says hello' || fail "hello"

# On one node: from others jobs come at Disque's leisure.
seq 250 | "$programs/producer" "$first" numbers | grep -qx '250 jobs added to numbers' || fail "producer"

"$programs/worker" "$first" numbers >"$folder/worked" 2>"$folder/log" &
worker=$!
{ echo later; echo fail; echo last; } | "$programs/producer" "$first" numbers >/dev/null
for _ in $(seq 100); do
    test "$(wc -l <"$folder/worked")" -lt 256 || break # 250, last, later twice, fail three times
    sleep 0.1
done
kill -TERM "$worker"
wait "$worker" || fail "the worker did not end well: $(cat "$folder/log")"
test "$(grep -c ': [0-9]*$' "$folder/worked")" -eq 250 || fail "jobs are missing: $(cat "$folder/worked")"
test "$(grep -c ': later$' "$folder/worked")" -eq 2 || fail "later"
test "$(grep -c ': fail$' "$folder/worked")" -eq 3 || fail "fail"
test "$(grep -c ': last$' "$folder/worked")" -eq 1 || fail "last"
grep -qx 'worker: no error' "$folder/log" || fail "the worker's last words: $(cat "$folder/log")"

"$programs/hello" "$addresses" >/dev/null
seq 200 | "$programs/producer" "$second" elsewhere >/dev/null
# Not all 200: one that had travelled to the first node already stays behind for a while.
"$programs/migrate" "$first" elsewhere 150 >"$folder/migrated" || fail "migrate"
grep -q "the jobs come from elsewhere: from .* to $second" "$folder/migrated" || fail "$(cat "$folder/migrated")"
grep -qE '^[0-9]+ jobs from [0-9a-f]{8}$' "$folder/migrated" || fail "$(cat "$folder/migrated")"

"$programs/events" "$addresses" events | grep -qx 'no error: hello' || fail "events"
stop_daemon
