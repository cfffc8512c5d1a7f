#!/bin/sh
# Handles in several threads, under ThreadSanitizer. usage: threads.sh MOCKD THREADS
set -eu
. tests/support/daemon.sh

start_daemon "$1" 3
"$2" "$addresses"
stop_daemon
