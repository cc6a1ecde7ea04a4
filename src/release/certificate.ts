/** The certificate of a deployment: what was released, by whom, what stands where, and how each of it was verified. */
import { basename } from 'node:path'
import { approvalsIn } from './approvals.ts'
import { configurationDigest } from './canonical.ts'
import type { Actor, Deployment, Evidence, Gate, Json } from './deployment.ts'
import { PHASES, phasesLeftOut } from './plan.ts'
import { estimate } from './timeline.ts'

/** A row of the success matrix as `verify.matrix` left it. */
interface CertifiedRow {
  readonly component: string
  readonly check: string
  readonly expected: string
  readonly found: string
  readonly verdict: string
  readonly command: string
  /** When it was found so. */
  readonly at?: string
}

/** A fix of the troubleshooting tree that was made on the way. */
interface CertifiedFix {
  readonly fix: string
  readonly item?: string
  readonly at?: string
}

/** Plain data, the same for every reader; times are ISO 8601 in UTC, durations decimal minutes. */
export interface Certificate {
  readonly project: string
  readonly title: string
  readonly version: string
  readonly previous?: string
  readonly deployment: number
  readonly requestedAt: string
  readonly issuedAt: string
  readonly deployer: string
  /** Set where an admin deployed it in a freeze. */
  readonly override?: { readonly by: string; readonly reason: string; readonly freeze: string }
  readonly approvals: readonly Approval[]
  /** Sha256 of the project's configuration, as the gates showed it. */
  readonly configuration: string
  /** How what the repository executes was kept from the keys. */
  readonly isolation: string
  readonly commits: { readonly release: string; readonly documentation?: string }
  readonly tag?: string
  readonly package?: {
    readonly file: string
    readonly sha256: string
    readonly bytes: number
    readonly address?: string
  }
  readonly aur?: { readonly package: string; readonly version?: string; readonly commit: string }
  readonly servers: readonly CertifiedServer[]
  /** Titles of the phases that the project is not configured for. */
  readonly leftOut: readonly string[]
  readonly matrix: readonly CertifiedRow[]
  readonly fixes: readonly CertifiedFix[]
  /** Of phases by title, of steps by id; people's waiting is in neither. */
  readonly minutes: {
    readonly total: number
    readonly phases: Readonly<Record<string, number>>
    readonly steps: Readonly<Record<string, number>>
  }
  /** The certificate before it, of the same project: they form a chain. */
  readonly before?: Named
  /** The provenance of the package, a statement of its own. */
  readonly provenance?: Named
}

/** A file beside the certificate, and its digest, hex. */
export interface Named {
  readonly file: string
  readonly sha256: string
}

interface Approval {
  readonly gate: string
  readonly by: string
  readonly at: string
  /** Sha256 of exactly what was approved. */
  readonly digest: string
  /** Why an admin approved in place of those whom the rules ask for. */
  readonly override?: string
}

interface CertifiedServer {
  readonly name: string
  readonly commit: string
  readonly before?: string
  readonly serves?: string
}

/** Issues the certificate from what the steps left. `at` is ms since the epoch. */
export function certificateOf(
  deployment: Deployment,
  at: number,
  beside: Pick<Certificate, 'before' | 'provenance'> = {},
): Certificate {
  const { project, release, previous, number, requester, requestedAt, override } = deployment
  const left = evidenceLeft(deployment)
  const tag = textOf(left.tag)
  const made = packageOf(left)
  const aur = aurOf(deployment, left)
  return {
    project: project.name,
    title: project.title,
    version: release.full,
    ...(previous && { previous: previous.release.full }),
    deployment: number,
    requestedAt: iso(requestedAt),
    issuedAt: iso(at),
    deployer: named(requester),
    ...(override && { override: { by: named(override.actor), reason: override.reason, freeze: override.freeze } }),
    approvals: deployment.gates
      .filter(({ status }) => status === 'approved')
      .flatMap((gate) => approvalsOf(deployment, gate)),
    configuration: configurationDigest(project),
    isolation: project.build.isolation.kind,
    commits: commitsOf(deployment, left),
    ...(tag !== undefined && { tag }),
    ...(made && { package: made }),
    ...(aur && { aur }),
    servers: serversOf(deployment, left),
    leftOut: titlesLeftOut(deployment),
    matrix: rowsOf(left.matrix),
    fixes: fixesOf(deployment),
    minutes: minutesOf(deployment, at),
    ...beside,
  }
}

/** The same as a person reads it, in plain text of at most a screen's width but for the matrix. */
export function certificateText(certificate: Certificate): string {
  const { title, version, matrix, minutes } = certificate
  const passed = matrix.filter(({ verdict }) => verdict === PASSED).length
  return [
    `DEPLOYMENT CERTIFICATE`,
    `${title} ${version}`,
    ...overrideLines(certificate),
    '',
    ...aligned(headLines(certificate)),
    '',
    `Verified from outside: ${passed} of ${matrix.length} checks passed`,
    ...tableLines(
      matrix.map(({ component, check, expected, found, verdict }) => [
        component,
        check,
        short(expected),
        short(found),
        verdict,
      ]),
    ),
    '',
    'Minutes',
    ...aligned(
      Object.entries({ ...minutes.phases, total: minutes.total }).map(([name, took]) => [`  ${name}`, took.toFixed(1)]),
    ),
    '',
  ].join('\n')
}

const PASSED = 'pass'

/** On its face: whoever reads the certificate sees first that a rule was set aside, by whom and why. */
function overrideLines({ override, approvals }: Certificate): readonly string[] {
  const frozen = override
    ? [`Released in a freeze: ${override.freeze}`, `Override by ${override.by}: ${override.reason}`]
    : []
  const alone = approvals.flatMap(({ gate, by, override: why }) =>
    why === undefined ? [] : [`Approved in place of others: ${gate}`, `Override by ${by}: ${why}`],
  )
  const lines = [...frozen, ...alone]
  return lines.length === 0 ? [] : ['', ...lines]
}

function evidenceLeft({ plan, steps }: Deployment): Evidence {
  return Object.assign({}, ...plan.map(({ id }) => steps[id]?.evidence ?? {}))
}

function approvalsOf(deployment: Deployment, gate: Gate): readonly Approval[] {
  return approvalsIn(deployment, gate).map(({ actor, at, digest, override }) => ({
    ...{ gate: gate.name, by: named(actor), at: iso(at), digest },
    ...(override !== undefined && { override }),
  }))
}

function commitsOf(deployment: Deployment, left: Evidence): Certificate['commits'] {
  const documentation = textOf(left.documentationCommit)
  return { release: deployment.commit ?? '', ...(documentation !== undefined && { documentation }) }
}

function packageOf(left: Evidence): Certificate['package'] {
  const [file, sha256, address] = [left.packageFile, left.packageSha256, left.publishedUrl].map(textOf)
  if (file === undefined || sha256 === undefined) return undefined
  return {
    file: basename(file),
    sha256,
    bytes: Number(left.packageBytes),
    ...(address !== undefined && { address }),
  }
}

function aurOf({ project }: Deployment, left: Evidence): Certificate['aur'] {
  const commit = textOf(left.aurCommit)
  if (project.aur === undefined || commit === undefined) return undefined
  const version = textOf(left.packageVersion)
  return { package: project.aur.package, ...(version !== undefined && { version }), commit }
}

function serversOf({ project }: Deployment, left: Evidence): readonly CertifiedServer[] {
  return (project.vps?.hosts ?? []).map(({ name }) => {
    const before = textOf(left[`keptCommit:${name}`])
    const serves = textOf(left[`servedNow:${name}`])
    return {
      name,
      commit: textOf(left[`serverCommit:${name}`]) ?? '',
      ...(before !== undefined && { before }),
      ...(serves !== undefined && { serves }),
    }
  })
}

function titlesLeftOut({ plan }: Deployment): readonly string[] {
  return phasesLeftOut(plan).map((phase) => PHASES.find(({ name }) => name === phase)?.title ?? phase)
}

function rowsOf(matrix: Json | undefined): readonly CertifiedRow[] {
  if (!Array.isArray(matrix)) return []
  return matrix.map((row) => {
    const cell = (name: string) => (typeof row === 'object' && row !== null && name in row ? String(row[name]) : '')
    return {
      component: cell('component'),
      check: cell('check'),
      expected: cell('expected'),
      found: cell('found'),
      verdict: cell('verdict'),
      command: cell('command'),
      ...(cell('at') !== '' && { at: iso(Number(cell('at'))) }),
    }
  })
}

function fixesOf({ plan, steps }: Deployment): readonly CertifiedFix[] {
  const made = plan.filter(({ id, name }) => name.startsWith('fix.') && steps[id]?.status === 'done')
  return made.map(({ id, title, item }) => {
    const endedAt = steps[id]?.endedAt
    return { fix: title, ...(item !== undefined && { item }), ...(endedAt !== undefined && { at: iso(endedAt) }) }
  })
}

function minutesOf({ plan, steps, startedAt, requestedAt }: Deployment, at: number): Certificate['minutes'] {
  const { phases } = estimate(plan, steps, at)
  const ran = PHASES.filter(({ name }) => plan.some(({ phase }) => phase === name)).map(
    ({ name, title }): [string, number] => [title, rounded(phases[name].elapsedMinutes)],
  )
  const each = plan.flatMap(({ id }): [string, number][] => {
    const { beganAt, endedAt } = steps[id] ?? {}
    return beganAt === undefined || endedAt === undefined ? [] : [[id, rounded((endedAt - beganAt) / 60_000)]]
  })
  const total = rounded((at - (startedAt ?? requestedAt)) / 60_000)
  return { total, phases: Object.fromEntries(ran), steps: Object.fromEntries(each) }
}

function headLines(certificate: Certificate): readonly (readonly [string, string])[] {
  const { deployment, previous, commits, tag, aur, servers, leftOut, approvals, issuedAt, deployer, fixes } =
    certificate
  return [
    ['Deployment', `#${deployment}`],
    ...(previous === undefined ? [] : [['After', previous] as const]),
    ['Issued', issuedAt],
    ['Deployed by', deployer],
    ...approvals.map(({ gate, by, at }) => ['Approved by', `${by}, ${gate}, ${at}`] as const),
    ['Release commit', commits.release],
    ...(commits.documentation === undefined ? [] : [['Documentation', commits.documentation] as const]),
    ...(tag === undefined ? [] : [['Tag', tag] as const]),
    ...packageLines(certificate),
    ...(aur === undefined ? [] : [['AUR', `${aur.package} ${aur.version ?? ''}, commit ${aur.commit}`] as const]),
    ...servers.map(
      ({ name, commit, before }) => [`Server ${name}`, `${commit}${before ? `, before ${before}` : ''}`] as const,
    ),
    ...fixes.map(({ fix, item }) => ['Fix made', item === undefined ? fix : `${fix}: ${item}`] as const),
    ...(leftOut.length === 0 ? [] : [['Left out', `${leftOut.join(', ')}: not configured`] as const]),
  ]
}

function packageLines({ package: made }: Certificate): readonly (readonly [string, string])[] {
  if (made === undefined) return []
  const address = made.address === undefined ? [] : [['Public address', made.address] as const]
  return [['Package', `${made.file}, ${made.bytes} bytes`], ['Package sha256', made.sha256], ...address]
}

function aligned(lines: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...lines.map(([name]) => name.length), 16)
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const table = [['Component', 'Check', 'Expected', 'Found', 'Verdict'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)))
  return table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}

/** Commits and sums by their first twelve characters; the JSON has them whole. */
function short(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{28,52}\b/g, '$1')
}

function named({ name, platform, account }: Actor): string {
  return name === account ? `${name} (${platform})` : `${name} (${platform} ${account})`
}

function textOf(value: Json | undefined): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value)
}

function rounded(minutes: number): number {
  return Math.round(minutes * 10) / 10
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
