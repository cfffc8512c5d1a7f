#!/bin/sh
# Scenarios on the daemon, as on a real cluster, which runs already or is started for each. Those whose answers do
# not depend on how fast this machine is.
# usage: over_tcp.sh MOCKD SCN
set -eu
. tests/support/daemon.sh

for nodes in 1 2 3; do
    start_daemon "$1" "$nodes"
    # shellcheck disable=SC2046 # names without blanks
    "$2" run --target "$addresses" $(grep -lx "cluster $nodes" scenarios/conformance/protocol/*.scn \
        scenarios/conformance/addjob/*.scn scenarios/conformance/ack/*.scn)
    stop_daemon
done

"$2" run --spawn "'$1' --nodes {n} --port {port}" scenarios/conformance/addjob scenarios/conformance/ack/ackjob-*.scn
