#!/bin/sh
# What a real cluster cannot do is skipped there, and said so; what can be done there, is.
# usage: scn_skips.sh MOCKD SCN
set -eu
. tests/support/daemon.sh

files=$folder/files
mkdir "$files"
cat >"$files/1.scn" <<'END'
# A job is added.
cluster 2

A> ADDJOB q body 0 REPLICATE 2
  $job
B> SHOW $job
  {"id": $job, ...}
A.worker> GETJOB FROM other
  blocked
A> ADDJOB other body 0 REPLICATE 1
  $other
A.worker<
  [["other", $other, "body"]]
A.raw>> "PI"
A.raw<
  nothing
A.raw>> "NG\r\nQUIT\r\n"
A.raw<
  +PONG
A.raw<
  +OK
A.raw<
  closed
END
printf '# Too many.\ncluster 3\n' >"$files/2.scn"
printf '# Repeated.\ncluster 1\nrepeat 2\nA> PING\nend\n' >"$files/3.scn"
printf '# No jitter.\ncluster 1 jitter=off\n' >"$files/4.scn"
printf '# Fails.\ncluster 1\nA> QLEN q\n  1\n' >"$files/5.scn"

says() {
    if ! grep -q "$1" "$folder/out"; then
        echo "no line like: $1; but:"
        cat "$folder/out"
        exit 1
    fi
}

start_daemon "$1" 2
if "$2" run --target "$addresses" "$files" >"$folder/out"; then
    echo "nothing failed:"
    cat "$folder/out"
    exit 1
fi
says '^✓ .*/1.scn  A job is added'
says '^- .*/2.scn  Too many.  (skipped: needs 3 nodes)$'
says '^- .*/3.scn  Repeated.  (skipped: line 3 can only run in process)$'
says '^- .*/4.scn  No jitter.  (skipped: a real cluster has no jitter=)$'
says '^✗ .*/5.scn  Fails'
says '^1 passed, 1 failed, 3 skipped$'

for wrong in 127.0.0.1 127.0.0.1:x :1 "$addresses,"; do
    status=0
    "$2" run --target "$wrong" "$files/2.scn" 2>"$folder/out" || status=$?
    [ "$status" -eq 2 ]
    says "scn: --target needs HOST:PORT,..., not '$wrong'"
done
stop_daemon
