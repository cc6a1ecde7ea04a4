#!/bin/sh
# On the server: takes the newest commit and starts the service anew, which then shows its version.
set -eu
cd "$(dirname "$0")/.."

git pull origin master
version=$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' package.json | head -n 1)
# With systemd this would be: npm ci --omit=dev && systemctl restart beacon
mkdir -p build/web
printf '{"version":"%s"}' "$version" >build/web/version.json
echo "Beacon $version runs"
