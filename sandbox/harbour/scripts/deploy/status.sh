#!/bin/sh
# On the server: is the site up, and with which build.
set -eu
cd "$(dirname "$0")/../.."

if [ ! -e build/restarted ]; then
    echo "web   down, never started" >&2
    exit 1
fi
echo "web   up   $(cat build/web/version.json)"
