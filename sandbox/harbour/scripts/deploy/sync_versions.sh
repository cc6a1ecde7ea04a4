#!/bin/sh
# Carries the version of pubspec.yaml into every file that names it.
set -eu
cd "$(dirname "$0")/../.."

version=$(scripts/version_manager.sh get-semantic)
build=$(scripts/version_manager.sh get-build)
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)

edit() {
    sed "$2" "$1" >"$1.new"
    cat "$1.new" >"$1"
    rm "$1.new"
    echo "synced $1"
}

edit assets/version.json "s/\"version\": \"[^\"]*\"/\"version\": \"$version\"/; s/\"build_number\": \"[^\"]*\"/\"build_number\": \"$build\"/; s/\"git_commit\": \"[^\"]*\"/\"git_commit\": \"$commit\"/"
edit aur-package/PKGBUILD "s/^pkgver=.*/pkgver=$version/"
edit lib/config/app_config.dart "s/appVersion = '[^']*'/appVersion = '$version'/"
