#!/bin/sh
# The version of pubspec.yaml: get, get-semantic, get-build, info, increment major|minor|patch|build, set X.Y.Z, validate.
set -eu
cd "$(dirname "$0")/.."

full=$(sed -n 's/^version:[[:space:]]*\([^[:space:]]*\).*/\1/p' pubspec.yaml)
semantic=${full%%+*}
build=${full#*+}
major=${semantic%%.*}
rest=${semantic#*.}
minor=${rest%%.*}
patch=${rest#*.}

write() {
    sed "s/^version:.*/version: $1/" pubspec.yaml >pubspec.yaml.new
    mv pubspec.yaml.new pubspec.yaml
    echo "$1"
}

next_build() {
    number=$build
    while [ "${number#0}" != "$number" ]; do number=${number#0}; done
    printf '%03d' "$((${number:-0} + 1))"
}

case ${1:-} in
    get) echo "$full" ;;
    get-semantic) echo "$semantic" ;;
    get-build) echo "$build" ;;
    info) printf 'version %s\nbuild   %s\n' "$semantic" "$build" ;;
    increment)
        case ${2:-} in
            major) write "$((major + 1)).0.0+001" ;;
            minor) write "$major.$((minor + 1)).0+001" ;;
            patch) write "$major.$minor.$((patch + 1))+001" ;;
            build) write "$semantic+$(next_build)" ;;
            *) echo "increment what? major, minor, patch or build" >&2; exit 2 ;;
        esac ;;
    set) write "${2:?set to which version?}+001" ;;
    validate)
        case $full in
            *[!0-9.+]* | *+ | "") echo "not a version: '$full'" >&2; exit 1 ;;
            *.*.*+*) echo "valid: $full" ;;
            *) echo "not a version: '$full'" >&2; exit 1 ;;
        esac ;;
    *) sed -n 2p "$0" >&2; exit 2 ;;
esac
