/**
 * Lines for a remote shell: the only place where Slipway quotes. Everything else in the house is a list of arguments.
 */
import type { Jump, SshAccess } from '../release/project.ts'

/**
 * One word for a login shell: whatever it holds arrives as one argument, the empty string included. A backslash stands outside
 * the quotes, since fish takes one inside for an escape; so sh, bash, zsh and fish read the same.
 */
export function quote(word: string): string {
  return `'${word.replaceAll(/['\\]/g, (mark) => `'\\${mark}'`)}'`
}

export interface RemoteOptions {
  /** Absolute folder the command runs in. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * One remote command line from an argument list. A login shell of any kind only ever sees one plain command of quoted words:
 * whatever needs a shell runs in an `sh` of its own.
 */
export function remoteLine(argv: readonly string[], options: RemoteOptions = {}): string {
  return wordsOf(argv, options).map(quote).join(' ')
}

/** A script for the server's own sh; what varies reaches it as `$1` and so on, never as part of its text. */
export function script(text: string, args: readonly string[]): readonly string[] {
  return ['sh', '-c', text, 'slipway', ...args]
}

function wordsOf(argv: readonly string[], { cwd, env = {} }: RemoteOptions): readonly string[] {
  const set = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const words = set.length === 0 ? argv : ['env', ...set, ...argv]
  return cwd === undefined ? words : script('cd -- "$1" && shift && exec "$@"', [cwd, ...words])
}

/**
 * A command that outlives the connection. Its folder then holds `started` (the pid; made exclusively, so that the same job
 * never starts twice), `boot`, `log`, and at the end `rc`, renamed into place so that it is never half written.
 * Measured: setsid with nohup survives a cut connection (facts of node-ssh).
 */
export function jobLine(folder: string, argv: readonly string[], options: RemoteOptions = {}): string {
  return remoteLine(script(DETACH, script(JOB, [folder, ...wordsOf(argv, options)])))
}

const DETACH = 'setsid nohup "$@" >/dev/null 2>&1 </dev/null &'

/** What names the boot of the machine, however its clock is set (random(4)). */
const BOOT = '/proc/sys/kernel/random/boot_id'

const JOB = `cd -- "$1" || exit 0
shift
set -C; echo $$ >started || exit 0; set +C
cat ${BOOT} >boot 2>/dev/null
("$@") >log 2>&1 </dev/null; echo $? >rc.tmp && mv rc.tmp rc`

/** Takes the one place that starting takes, and leaves it empty: a job that is only late then ends before it did anything. */
const TAKE_ITS_PLACE = '(set -C; : >started) 2>/dev/null || { [ -s started ] || sleep 1; }'

/** Sees to it that a job that has not started never will. Prints `never`, or `started` where it was faster. */
export function neverStartLine(folder: string): string {
  return remoteLine(script(NEVER_START, [folder]))
}

const NEVER_START = `cd -- "$1" || exit 1
${TAKE_ITS_PLACE}
[ -s started ] && echo started || echo never`

/**
 * Defines `lives FOLDER`: whether anything of the job there does, whose group is `pid` then. What was started before the machine
 * was does not, whoever has its number now; nor do zombies, which nobody may reap in a container. Groups are named in the one way
 * that both dash and bash understand. Where there is no /proc, the group's name is all there is.
 */
export const LIVES = `lives() {
pid=$(cat "$1/started" 2>/dev/null)
[ -n "$pid" ] && kill -s 0 -- "-$pid" 2>/dev/null || return 1
[ ! -s "$1/boot" ] || [ "$(cat "$1/boot")" = "$(cat ${BOOT} 2>/dev/null)" ] || return 1
[ -r /proc/self/stat ] || return 0
for stat in /proc/[0-9]*/stat; do
  { read -r line <"$stat"; } 2>/dev/null || continue
  set -- \${line##*) }
  [ "$3" = "$pid" ] && case $1 in Z | X) ;; *) return 0 ;; esac
done
return 1; }`

/**
 * Ends a job that runs: TERM to its whole session, KILL to what is left after `graceSeconds`. Prints `ended`, `gone` where it
 * no longer ran, or had not begun and now never will, or `alive` where it could not be ended. The job leaves no exit code, which is how it is told from one that ended by itself.
 */
export function endJobLine(folder: string, graceSeconds: number): string {
  return remoteLine(script(END_JOB, [folder, String(Math.round(graceSeconds * FIFTHS))]))
}

const FIFTHS = 5

const END_JOB = `[ -e "$1" ] || { echo gone; exit 0; }
cd -- "$1" || exit 1
${TAKE_ITS_PLACE}
${LIVES}
await() {
  left=$1
  while [ "$left" -gt 0 ] && lives .; do sleep 0.2; left=$((left - 1)); done
}
{ lives . && kill -s TERM -- "-$pid" 2>/dev/null; } || { echo gone; exit 0; }
await "$2"
kill -s KILL -- "-$pid" 2>/dev/null
await ${FIFTHS}
lives . && echo alive || echo ended`

/** How much of a job's log one answer brings, bytes. */
export const JOB_LOG_BYTES = 65536

/** How a job stands. `rc` is its exit code once it ended; `take` is how many bytes of the log came with this answer. */
export interface JobStatus {
  readonly rc?: number
  readonly started: boolean
  readonly alive: boolean
  readonly bytes: number
  readonly take: number
  /** The part of the log after the offset that was asked for, whole lines only while the job runs. */
  readonly text: string
}

/**
 * Asks a job how it stands: one line `rc=… pid=… alive=yes|no bytes=… take=…`, then its log from `offset`, at most 64 KiB and
 * whole lines while it runs, so that neither a character nor a secret is cut in two. `alive` is asked before `rc` and `rc`
 * before the size: a job that ended in between is never taken for lost, and its log is never taken for shorter than it is.
 */
export function jobStatusLine(folder: string, offset: number): string {
  return remoteLine(jobStatus(folder, offset))
}

/** The same, as the argument list that it is made of. */
export function jobStatus(folder: string, offset: number): readonly string[] {
  return script(JOB_STATUS, [folder, String(offset)])
}

const JOB_STATUS = `cd -- "$1" || exit 1
${LIVES}
rc= pid= alive=no bytes=0 take=0
rest() { tail -c "+$(($1 + 1))" log | head -c "$2"; }
lives . && alive=yes
[ -s rc ] && rc=$(cat rc)
[ -e log ] && bytes=$(($(wc -c <log)))
more=$((bytes - $2)); [ "$more" -gt ${JOB_LOG_BYTES} ] && more=${JOB_LOG_BYTES}
[ "$more" -gt 0 ] && take=$(($({ rest "$2" "$more"; echo .; } | LC_ALL=C sed '$d' | wc -c)))
[ "$take" -eq 0 ] && [ "$more" -gt 0 ] && { [ -n "$rc" ] || [ "$more" -eq ${JOB_LOG_BYTES} ]; } && take=$more
echo "rc=$rc pid=$pid alive=$alive bytes=$bytes take=$take"
[ "$take" -gt 0 ] && rest "$2" "$take"
true`

/** Reads the answer to `jobStatusLine`; undefined where it is none. */
export function readJobStatus(answer: string): JobStatus | undefined {
  const found = /^rc=(\d*) pid=(\d*) alive=(yes|no) bytes=(\d+) take=(\d+)\n/.exec(answer)
  if (found === null) return undefined
  const [head, rc = '', pid, alive, bytes, take] = found
  return {
    ...(rc === '' ? {} : { rc: Number(rc) }),
    started: pid !== '',
    alive: alive === 'yes',
    bytes: Number(bytes),
    take: Number(take),
    text: answer.slice(head.length),
  }
}

/** The value of GIT_SSH_COMMAND: one key, no user configuration, no forwarding, only pinned hosts. */
export function gitSsh(access: SshAccess): string {
  return sshLine([...optionsOf(access), ...(access.jump === undefined ? [] : through(access, access.jump))])
}

/**
 * The way through a jump host, which is held to the very same options: ssh's own ProxyJump would look for its pins and keys
 * elsewhere (ssh_config(5)). `%` begins a token in such a command.
 */
function through(access: SshAccess, { user, host, port }: Jump): readonly string[] {
  const line = sshLine([...optionsOf(access), '-p', String(port), '-l', user]).replaceAll('%', '%%')
  return ['-o', `ProxyCommand=${line} -W '[%h]:%p' ${quote(host)}`]
}

const sshLine = (options: readonly string[]) => ['ssh', ...options.map(quote)].join(' ')

function optionsOf(access: SshAccess): readonly string[] {
  return [
    ['-F', '/dev/null'],
    ...(access.key === undefined
      ? []
      : [
          ['-o', `IdentityFile=${written(access.key)}`],
          ['-o', 'IdentitiesOnly=yes'],
        ]),
    ...(access.agent ? [] : [['-o', 'IdentityAgent=none']]),
    ...(access.knownHosts === undefined
      ? []
      : [
          ['-o', `UserKnownHostsFile=${written(access.knownHosts)}`],
          ['-o', 'GlobalKnownHostsFile=/dev/null'],
        ]),
    ...(access.family === undefined ? [] : [['-o', `AddressFamily=${access.family}`]]),
    ['-o', 'StrictHostKeyChecking=yes'],
    ['-o', 'BatchMode=yes'],
    ['-o', 'ConnectTimeout=20'],
    ['-o', 'ClearAllForwardings=yes'],
    ['-o', 'ForwardAgent=no'],
  ].flat()
}

/** A path as an option of ssh has to spell it, which would split it at spaces and take `%` for a token (ssh_config(5)). */
const written = (path: string) => `"${path.replaceAll(/["\\]/g, '\\$&').replaceAll('%', '%%')}"`
