#!/bin/sh
# README.md's client program against the daemon: real sockets, wall time.
# usage: hello.sh MOCKD HELLO
set -eu
. tests/support/daemon.sh

start_daemon "$1" 3
"$2" "$addresses" | grep -qx 'D-[^ ]* says hello'
stop_daemon
