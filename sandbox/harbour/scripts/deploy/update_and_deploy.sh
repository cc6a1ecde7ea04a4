#!/bin/sh
# On the server: takes the newest commit, puts its web build in place, restarts, looks.
set -eu
cd "$(dirname "$0")/../.."

served() {
    sed -n 's/.*"version":"\([^"]*\)","build_number":"\([^"]*\)".*/\1+\2/p' build/web/version.json 2>/dev/null || true
}

echo "==> Pulling"
git pull origin master

wanted=$(scripts/version_manager.sh get)
if [ "$(served)" = "$wanted" ]; then
    echo "==> The web build of $wanted is there already"
else
    echo "==> Building the web for $wanted"
    flutter clean
    flutter pub get
    flutter build web --release
fi

echo "==> Restarting"
# With containers this would be: docker compose down && docker compose up -d
mkdir -p build
touch build/restarted

echo "==> Looking"
if [ "$(served)" != "$wanted" ]; then
    echo "The site has '$(served)' and should have '$wanted'." >&2
    exit 1
fi
echo "Deployment complete: $wanted"
