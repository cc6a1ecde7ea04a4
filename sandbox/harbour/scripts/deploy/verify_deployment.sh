#!/bin/sh
# Compares the version of this checkout with the one the public address serves.
set -eu
cd "$(dirname "$0")/../.."

app=${HARBOUR_APP:-@APP@}
wanted=$(scripts/version_manager.sh get)
found=$(curl -fsS --max-time 20 "$app/version.json" |
    sed -n 's/.*"version":"\([^"]*\)","build_number":"\([^"]*\)".*/\1+\2/p')

if [ "$found" != "$wanted" ]; then
    echo "$app serves '$found', this checkout is '$wanted'" >&2
    exit 1
fi
echo "$app serves $found"
