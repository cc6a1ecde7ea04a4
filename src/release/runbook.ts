/**
 * What is left to do by hand after a rollback that did not end well: exact commands for each component that is not back, made
 * from the evidence of the deployment.
 */
import { basename } from 'node:path'
import type { Deployment, Evidence } from './deployment.ts'
import { evidenceOf, wasThereBefore } from './evidence.ts'
import type { Argv, Host } from './project.ts'
import { appsOf } from './served.ts'
import { line, word } from './shell-words.ts'

export interface Runbook {
  readonly title: string
  readonly commands: readonly string[]
}

/** What a block is made from. */
interface Left {
  readonly deployment: Deployment
  readonly evidence: Evidence
  readonly item: string | undefined
}

/** Blocks for each undo step that is not done, in their order. */
export function runbookOf(deployment: Deployment): readonly Runbook[] {
  const evidence = evidenceOf(deployment)
  const open = deployment.plan.filter(
    ({ phase, id }) => phase === 'rollback' && deployment.steps[id]?.status !== 'done',
  )
  return open.flatMap(({ name, item }) => {
    const left = { deployment, evidence, item }
    return BY_HAND[name as keyof typeof BY_HAND]?.(left) ?? []
  })
}

const BY_HAND: Readonly<Record<string, (left: Left) => readonly Runbook[]>> = {
  'rollback.server': ({ deployment, evidence, item }) =>
    hostsOf(deployment, item).map((host) => ({
      title: `Server ${host.name}: put back what served before`,
      commands: serverCommands(deployment, evidence, host),
    })),
  'rollback.aur': aurByHand,
  'rollback.tag': ({ deployment: { project }, evidence: { tag } }) =>
    tag === undefined
      ? []
      : [
          {
            title: 'Git: remove the tag',
            commands: [line(['git', 'push', project.repository.url, '--delete', `refs/tags/${tag}`])],
          },
        ],
  'rollback.git': ({ deployment, evidence: { documentationCommit } }) => {
    const { project, commit } = deployment
    const { branch } = project.repository
    const commits = [documentationCommit, commit].flatMap((one) => (one === undefined ? [] : [String(one)]))
    const title = 'Git: take the release commits back, in a clone of the product'
    const fresh = [line(['git', 'checkout', branch]), line(['git', 'pull', '--ff-only', 'origin', branch])]
    return [
      {
        title,
        commands: [
          ...fresh,
          ...lookFirst(deployment),
          line(['git', 'revert', '--no-edit', ...commits]),
          line(['git', 'push', 'origin', branch]),
        ],
      },
    ]
  },
  'rollback.publish': publishByHand,
  'rollback.verify': ({ deployment }) => lookedAt(deployment),
}

/** A commit that was there before may be a colleague's, with more in it than the version. */
export function lookFirst(deployment: Deployment): readonly string[] {
  const { number, commit } = deployment
  if (commit === undefined || !wasThereBefore(deployment)) return []
  return [
    `# it was there before #${number}: look first, and leave it out where it holds more than the version`,
    line(['git', 'show', '--stat', commit]),
  ]
}

/** Nothing was there before a first submit, so there is nothing to put back. */
function aurByHand({ deployment, evidence: { aurHead }, item }: Left): readonly Runbook[] {
  const { aur } = deployment.project
  if (aur === undefined || aurHead === undefined || aurHead === '') return []
  const epoch = item === 'epoch' ? ['# now set a higher epoch in PKGBUILD and .SRCINFO, as this plan has it'] : []
  return [
    {
      title: 'AUR: put the previous files back, as a new commit',
      commands: [
        `${line(['git', 'clone', aur.url, aur.package])} && cd ${word(aur.package)}`,
        line(['git', 'read-tree', '-u', '--reset', String(aurHead)]),
        ...epoch,
        `${line(['git', 'commit', '--all', '--message', 'Back to the previous version'])} && git push`,
      ],
    },
  ]
}

/** Only once nothing names it any more: installs from the AUR would fail without it. */
function publishByHand({ deployment: { project }, evidence: { publishedUrl } }: Left): readonly Runbook[] {
  const { publish } = project.build
  const address = String(publishedUrl ?? '')
  const name = decodeURIComponent(basename(address))
  const where = { ...publish }
  const files = 'directory' in where ? [name, `${name}.sha256`].map((file) => `${where.directory}/${file}`) : []
  const remove = line(['rm', '-f', '--', ...files])
  const commands =
    publish?.kind === 'directory'
      ? [remove]
      : publish?.kind === 'sftp'
        ? [line(['ssh', '-p', String(publish.port), `${publish.user}@${publish.host}`, remove])]
        : []
  const title = 'Published package: remove it where it is kept, once nothing on the AUR names it'
  return [{ title, commands: [...commands, line(['curl', '-I', address])] }]
}

/** Everything may be in its place, and the services do not serve it: what runs is looked at, and started again. */
function lookedAt(deployment: Deployment): readonly Runbook[] {
  const { causes = [], shell = '', details = [] } = deployment.steps['rollback.verify']?.problem ?? {}
  const hosts = causes.some((code) => SERVED.includes(code)) ? hostsOf(deployment) : []
  const isBack = ({ name }: Host) => deployment.steps[`rollback.server:${name}`]?.status === 'done'
  const looks = shell === '' ? [] : [{ title: 'What is not back, to look at it yourself', commands: shell.split('\n') }]
  return [
    ...looks,
    ...(details.some((found) => /certificate/i.test(found)) ? certificates(deployment) : []),
    ...hosts.filter(isBack).map((host) => ({
      title: `Server ${host.name}: everything is back in its place; see what runs, and start it again`,
      commands: [...entering(host), ...commandsOf(deployment, 'status'), ...commandsOf(deployment, 'restart')],
    })),
  ]
}

function certificates({ project }: Deployment): readonly Runbook[] {
  const title = 'Certificate: no rollback fixes it; renew it where the site is served'
  const commands = [...appsOf(project), project.verify.site].flatMap((address) => {
    if (address === undefined) return []
    const { hostname, port } = new URL(address)
    const ask = ['openssl', 's_client', '-connect', `${hostname}:${port || 443}`, '-servername', hostname]
    return `${line(ask)} </dev/null 2>/dev/null | openssl x509 -noout -subject -enddate`
  })
  return [{ title, commands: [...new Set(commands)] }]
}

/** Rows of the matrix that a server has to answer. */
const SERVED: readonly string[] = [
  ...['verify.web', 'verify.served', 'verify.site', 'verify.commit'],
  ...['verify.own-check', 'verify.unknown'],
]

function serverCommands(deployment: Deployment, evidence: Evidence, host: Host): readonly string[] {
  const { name, directory } = host
  const commit = String(evidence[`keptCommit:${name}`] ?? 'COMMIT-BEFORE')
  const job = evidence[`job:${name}`]
  const kept = evidence[`keptPaths:${name}`]
  const paths = Array.isArray(kept) && job !== undefined ? kept.map(String) : []
  const put = paths.map((path) => {
    const place = `${directory}/${path}`
    return `${line(['rm', '-rf', '--', place])} && ${line(['cp', '-a', '--', `${String(job)}/kept/${path}`, place])}`
  })
  return [
    ...entering(host),
    line(['git', 'reset', '--keep', commit]),
    ...put,
    ...(paths.length === 0 ? rebuilt(deployment, evidence, host, commit) : commandsOf(deployment, 'restart')),
  ]
}

/** The script pulls by itself: its origin is a repository beside the checkout whose branch is the commit before. */
function rebuilt({ project }: Deployment, evidence: Evidence, { name }: Host, commit: string): readonly string[] {
  const origin = String(evidence[`origin:${name}`] ?? project.repository.url)
  const pin = `${String(evidence[`job:${name}`] ?? '.')}/before.git`
  const environment = ['GIT_CONFIG_COUNT=1', `GIT_CONFIG_KEY_0=url.${pin}.insteadOf`, `GIT_CONFIG_VALUE_0=${origin}`]
  return [
    `${line(['rm', '-rf', '--', pin])} && ${line(['git', 'clone', '--quiet', '--bare', '.', pin])}`,
    line(['git', '-C', pin, 'update-ref', `refs/heads/${project.repository.branch}`, commit]),
    line(['env', ...environment, ...(project.vps?.deploy ?? [])]),
  ]
}

function entering({ user, host, port, directory }: Host): readonly string[] {
  return [line(['ssh', '-p', String(port), `${user}@${host}`]), line(['cd', directory])]
}

function commandsOf({ project: { vps } }: Deployment, name: 'status' | 'restart'): readonly string[] {
  const argv: Argv | undefined = vps?.[name]
  return argv === undefined ? [] : [line(argv)]
}

function hostsOf({ project: { vps } }: Deployment, name?: string): readonly Host[] {
  return (vps?.hosts ?? []).filter((host) => name === undefined || host.name === name)
}
