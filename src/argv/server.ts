/**
 * Argument lists for a server: its own git, and the few small scripts that need a shell there. The scripts are constants;
 * whatever varies reaches them as arguments, never as part of their text.
 */

import { configuration } from './git.ts'
import { LIVES, script } from './ssh.ts'

/** git in a folder of the server, with the server's own configuration. */
export function serverGit(folder: string, args: readonly string[]): readonly string[] {
  return ['git', '-C', folder, ...args]
}

/** What every git on a server runs with: messages in English, no question to a terminal. */
export const SERVER_GIT_ENVIRONMENT = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' } as const

/**
 * The environment that pins a checkout's origin: every fetch of `origin` reads the repository at `pin` instead, whoever runs it
 * (git 2.31 and newer, `git help config`, GIT_CONFIG_COUNT). Git replaces the beginning of an address, and of several the longest:
 * a repository whose name only begins like the origin's has a longer one, which is replaced by itself.
 */
export function pinnedTo(pin: string, origin: string): Readonly<Record<string, string>> {
  const longer = [...GOES_ON].map((character) => origin + character)
  const itself = longer.map((address) => [`url.${address}.insteadOf`, address])
  const settings = { [`url.${pin}.insteadOf`]: origin, ...Object.fromEntries(itself) }
  return { ...configuration(settings), GIT_TERMINAL_PROMPT: '0' }
}

/** With what the name of a repository may go on; a slash ends it. */
const GOES_ON = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~+%@'

/**
 * Finds or makes the job folder, mode 0700, and keeps what serves now in it, once: `kept/` with the paths as they are in the
 * checkout, `kept-commit` with its HEAD. What tells deployments apart is read from standard input. Prints the folder's absolute
 * path, the commit, and the paths that were there, a line each; a second time it prints the same and copies nothing.
 * Older folders of this project and host go: a project has one deployment at a time, so all others have ended. Kept are the
 * newest three that still stand, each of which is a way back, the newest three others, and every one with a script that lives.
 */
export function recordAndKeep(name: string, checkout: string, paths: readonly string[]): readonly string[] {
  return script(RECORD, [name, checkout, ...paths])
}

/** Unpacks a tarball into a folder that holds nothing else. */
export function unpackInto(tarball: string, folder: string): readonly string[] {
  return script(UNPACK, [tarball, folder])
}

/**
 * Puts a staged folder where the checkout serves it from. It is copied beside its place first, so that the place itself changes
 * by two renames on its own disk; what was there before is removed, since what served was kept, and what of it cannot be
 * removed now is left to the next time. Repeatable: what a cut attempt left is taken up.
 */
export function putInPlace(staged: string, place: string): readonly string[] {
  return script(PUT_IN_PLACE, [staged, place])
}

/**
 * How much room there is where the checkout lies and where the job folders do, or will: what `df -Pk` says of each, then the path
 * of the second.
 */
export function freeSpace(checkout: string): readonly string[] {
  return script(FREE_SPACE, [checkout])
}

/**
 * Finds scripts of a project that still run here, whichever deployment or rollback started them: the number of the process and its
 * job folder, a line each.
 */
export function runningScripts(project: string): readonly string[] {
  return script(RUNNING, [project])
}

/** The path of the lock that keeps every git from changing the checkout, where there is one; nothing where there is none. */
export function leftLock(checkout: string): readonly string[] {
  return script(LEFT_LOCK, [checkout])
}

/**
 * Moves the folder of a script that ended out of the way of the next one; a second time it finds it moved. Of a script that
 * never began there is no log: such a folder gives its name away. Without sftp, which not every host has.
 */
export function setAside(folder: string, aside: string): readonly string[] {
  return script(SET_ASIDE, [folder, aside])
}

/** Whether two folders hold the same: exit code 0 or 1. */
export function sameFolders(left: string, right: string): readonly string[] {
  return ['git', 'diff', '--no-index', '--no-ext-diff', '--quiet', '--', left, right]
}

/** How many old folders one deployment removes at most; the next one goes on. */
const MOST_REMOVED = 5
const KEPT = 3

/** Of the folders of `$ours`, "stands" where a script ended well and nothing was rolled back; read by `prune`. */
const OLD_JOBS = `
runs() {
  for script in "$folder/deploy" "$folder"/rollback-*; do
    [ ! -s "$script/rc" ] && lives "$script" && return 0
  done
  return 1
}
old_jobs() {
  for folder in "$jobs"/*/; do
    folder=\${folder%/}
    [ "$folder" != "$job" ] && [ ! -L "$folder" ] || continue
    { read -r project number at commit host <"$folder/deployment"; } 2>/dev/null || continue
    [ "$project $host" = "$ours" ] && ! runs || continue
    way=other
    [ "$(cat "$folder/deploy/rc" 2>/dev/null)" = 0 ] && [ -z "$(ls -d "$folder"/rollback-* 2>/dev/null)" ] && way=stands
    echo "$way $at $folder"
  done
}
prune() {
  old_jobs | sort -k 1,1 -k 2,2nr | {
    before='' count=0 removed=0
    while read -r way at folder; do
      [ "$way" = "$before" ] || count=0
      before=$way count=$((count + 1))
      [ "$count" -gt ${KEPT} ] && [ "$removed" -lt ${MOST_REMOVED} ] || continue
      removed=$((removed + 1))
      rm -rf "$folder"
    done
  }
}`

const RECORD = `set -eu
${LIVES}
${OLD_JOBS}
umask 077
marker=$(cat)
jobs=$HOME/.slipway/jobs name=$1 checkout=$2 job=
shift 2
mkdir -p "$jobs"
for folder in "$jobs"/*/; do
  if [ -f "$folder/deployment" ] && [ "$(cat "$folder/deployment")" = "$marker" ]; then job=\${folder%/}; fi
done
if [ -z "$job" ]; then
  job=$(mktemp -d "$jobs/$name-XXXXXXXXXX")
  printf '%s\\n' "$marker" >"$job/deployment"
fi
if [ ! -e "$job/kept" ]; then
  rm -rf "$job/kept.part"
  mkdir "$job/kept.part"
  cd "$checkout"
  for path in "$@"; do
    [ -e "./$path" ] || continue
    mkdir -p "$job/kept.part/$(dirname "./$path")"
    cp -a "./$path" "$job/kept.part/$path"
  done
  git rev-parse HEAD >"$job/kept-commit"
  mv "$job/kept.part" "$job/kept"
fi
echo "$job"
cat "$job/kept-commit"
for path in "$@"; do
  [ ! -e "$job/kept/$path" ] || printf '%s\\n' "$path"
done
read -r project number at commit host <"$job/deployment"
ours="$project $host"
prune >/dev/null 2>&1 || true`

const RUNNING = `set -u
${LIVES}
for job in "$HOME/.slipway/jobs"/*/; do
  { read -r project rest <"\${job}deployment"; } 2>/dev/null && [ "$project" = "$1" ] || continue
  for script in "\${job}deploy" "\${job}"rollback-*; do
    [ ! -s "$script/rc" ] && lives "$script" && echo "$pid $script"
  done
done
true`

const SET_ASIDE = `set -eu
[ -e "$1" ] || exit 0
[ -e "$2/log" ] || rm -rf -- "$2"
[ ! -e "$2" ] || { echo "$2 is there already" >&2; exit 1; }
mv -- "$1" "$2"`

const LEFT_LOCK = `set -u
lock=$(git -C "$1" rev-parse --path-format=absolute --git-path index.lock) && [ -e "$lock" ] && echo "$lock"
true`

const UNPACK = `set -eu
rm -rf "$2"
mkdir -p "$2"
tar -xpzf "$1" -C "$2" --no-same-owner`

const PUT_IN_PLACE = `set -eu
staged=$1 place=$2
fresh=$place.slipway-new old=$place.slipway-old
rm -rf "$fresh"
mkdir -p "$(dirname "$place")"
cp -a "$staged" "$fresh"
[ ! -e "$place" ] || { rm -rf "$old"; mv "$place" "$old"; }
mv "$fresh" "$place"
rm -rf "$old" || true`

const FREE_SPACE = `jobs=$HOME/.slipway/jobs
while [ ! -e "$jobs" ]; do jobs=$(dirname "$jobs"); done
df -Pk -- "$1" && df -Pk -- "$jobs" && echo "$jobs"`
