/** The files that `npm run init` writes, from what was found and answered. */
import { Document, isScalar, visit } from 'yaml'
import { type Answers, isArchive, NONE, REMOTE_FOLDER } from './questions.ts'
import type { Found } from './repository.ts'

/** The text of slipway.yaml. `account` is the login name at the terminal, who may do everything until more are named. */
export function configurationText(found: Found, answers: Answers, account: string): string {
  const project = {
    title: found.title,
    repository: repository(found, answers),
    version: { source: found.source, sync: found.sync, allow: found.documentation },
    build: build(found, answers),
    ...(answers.aur !== NONE && { aur: aur(found, answers) }),
    ...(answers.server !== NONE && { vps: vps(found, answers) }),
    ...(answers.app && answers.app !== NONE && { verify: { app: answers.app } }),
    ...redirects(answers),
    documentation: found.documentation,
    approvals: { requesterMayApprove: answers.alone === 'yes' },
    access: { view: 'everyone', deploy: ['owners'], approve: ['owners'], admin: ['owners'] },
  }
  const file = { projects: { [found.name]: project }, roles: { owners: { terminal: [account] } } }
  return `${HEAD}${readable(file)}`
}

/** Lists and settings that hold nothing deeper stand on one line, as people write them. */
function readable(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_, scalar) => {
      if (String(scalar.value).includes('\n')) scalar.type = 'QUOTE_DOUBLE'
    },
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar)
    },
    Map: (_, map) => {
      map.flow = map.items.length > 0 && map.items.every(({ value }) => isScalar(value))
    },
  })
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: 1000 })
}

const HEAD = `# Written by npm run init. Every setting is in the README; examples/ has complete files. Keep this one outside of every
# checkout, and writable by nobody else.
`

/** The text of .env: that of the example, or of one that is there, with the two places set and all else as it was. */
export function environmentText(before: string, places: { readonly config: string; readonly data: string }): string {
  const text = before.replace('Copy this to .env, mode 0600, and fill in', 'Fill in')
  return withSet(withSet(text, 'SLIPWAY_CONFIG', places.config), 'SLIPWAY_DATA', places.data)
}

/** Where it is set, otherwise where the example offers it, otherwise at the end. */
function withSet(text: string, name: string, value: string): string {
  const line = `${name}=${value}`
  const places = [new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, 'gm'), new RegExp(`^# ${name}=.*$`, 'm')]
  const place = places.find((each) => text.search(each) >= 0)
  if (place !== undefined) return text.replace(place, () => line)
  return `${text}${/(?:^|\n)$/.test(text) ? '' : '\n'}${line}\n`
}

/** What was guessed and should be looked at, one line each. */
export function guesses(found: Found, answers: Answers): readonly string[] {
  const targets = Object.keys(found.targets)
  return [
    ...(targets.length === 0 ? ['build.targets: nothing is built yet; add the command that does.'] : []),
    ...(targets.length === 0 && answers.published !== NONE && !isArchive(answers.published)
      ? [`build.package and build.publish: left out until there is a target; ${answers.published} needs both.`]
      : []),
    ...targets.map((name) => `build.targets.${name}: is this how ${found.title} is built, and is output the folder?`),
    ...(answers.aur === NONE ? [] : ['aur.maintainer and aur.smoke: name the account, and the program that is tried.']),
    ...(answers.server === NONE || found.deploy !== undefined
      ? []
      : [`vps.deploy: ${GUESSED_SCRIPT} is a guess; name the script that switches the server.`]),
    ...(answers.alone === 'yes' ? [] : ['roles and people: name who approves; one account is not enough.']),
  ]
}

/** The places that get a key of their own, for the command that makes them. */
export function keysNeeded(answers: Answers): readonly string[] {
  return [
    ...(isSsh(answers.url) ? ['origin'] : []),
    ...(answers.aur === NONE ? [] : ['aur']),
    ...(REMOTE_FOLDER.test(answers.place ?? '') ? ['publish'] : []),
    ...(answers.server === NONE ? [] : ['server']),
  ]
}

const GUESSED_SCRIPT = './scripts/deploy.sh'

function access(place: string) {
  return { key: `~/.ssh/slipway_${place}`, knownHosts: '~/.ssh/slipway_known_hosts' }
}

function isSsh(url: string): boolean {
  return url.startsWith('ssh://') || /^[^/:]+:(?!\/\/)/.test(url)
}

function repository({ build }: Found, { url, branch, published }: Answers) {
  const name = build === undefined ? 'v{version}' : 'v{full}'
  const tag = isArchive(published) ? { name: tagIn(published) ?? name, when: 'publish' } : { name, when: 'finish' }
  return { url, branch, tag, ...(isSsh(url) && { ssh: access('origin') }) }
}

/** The tag that an archive's address names: `…/archive/refs/tags/v{version}.tar.gz`. */
function tagIn(published: string): string | undefined {
  return /\/archive\/(?:refs\/tags\/)?([^/]*\{(?:version|full)\}[^/]*?)(?:\/[^/]*)?\.(?:tar\.gz|tgz)$/.exec(
    published,
  )?.[1]
}

function build(found: Found, answers: Answers) {
  const { isolation, published } = answers
  const kind =
    isolation === 'bubblewrap' || isolation === NONE ? { kind: isolation } : { kind: 'user', user: isolation }
  const [target] = Object.keys(found.targets)
  const targets = Object.keys(found.targets).length === 0 ? {} : { clean: found.clean, targets: found.targets }
  if (published === NONE || target === undefined) return { isolation: kind, ...targets }
  if (isArchive(published)) return { isolation: kind, ...targets, publish: { kind: 'tag', url: published } }
  const name = published.slice(published.lastIndexOf('/') + 1)
  const packed = { target, name, root: `${found.name}-{version}` }
  return { isolation: kind, ...targets, package: packed, publish: { ...placeOf(answers.place), url: published } }
}

/** GitHub keeps its archives on a host of their own. */
function redirects({ published }: Answers) {
  const isOfGitHub = isArchive(published) && published.startsWith('https://github.com/')
  return isOfGitHub ? { redirects: ['codeload.github.com'] } : {}
}

function placeOf(place = '') {
  const remote = REMOTE_FOLDER.exec(place)
  if (remote === null) return { kind: 'directory', directory: place }
  return { kind: 'sftp', ...hostIn(remote), ssh: access('publish') }
}

function hostIn([, user = '', host = '', port = '22', directory = '']: RegExpExecArray) {
  return { host, port: Number(port), user, directory }
}

function aur({ aur }: Found, answers: Answers) {
  return {
    package: answers.aur,
    directory: aur?.directory ?? '.',
    url: `ssh://aur@aur.archlinux.org/${answers.aur}.git`,
    ssh: access('aur'),
    makepkg: { args: ['--nodeps'] },
  }
}

function vps({ deploy, targets }: Found, { server }: Answers) {
  const remote = REMOTE_FOLDER.exec(server)
  if (remote === null) return undefined
  const { web } = targets
  return {
    hosts: [{ name: 'web-1', ...hostIn(remote), ssh: access('server') }],
    ...(web && { upload: { target: 'web', to: web.output }, keep: [web.output] }),
    deploy: [deploy ?? GUESSED_SCRIPT],
  }
}
