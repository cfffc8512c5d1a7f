#!/bin/sh
# The manual of each program names all of its options.
# usage: manuals.sh MOCKD SCN
set -eu

check() {
    for option in $("$1" --help | grep -o -e '--[a-z][a-z-]*' | sort -u); do
        if ! sed 's/\\-/-/g' "$2" | grep -q -e "$option\b"; then
            echo "$2 does not name $option"
            exit 1
        fi
    done
}

check "$1" mockd/mockd.1
check "$2" scenarios/runner/scn.1
