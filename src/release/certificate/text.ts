/** The certificate as a person reads it, in plain text. */
import type { Certificate, Person } from '../certificate.ts'
import { hasPassed } from '../matrix/seen.ts'
import { spent } from '../picture/spent.ts'
import { whatServes } from '../served.ts'

/** At most a screen's width but for the matrix. */
export function certificateText(certificate: Certificate): string {
  const { title, version, matrix, minutes } = certificate
  const passed = matrix.filter(hasPassed).length
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
    'Time',
    ...aligned(
      Object.entries({ ...minutes.phases, 'all of it': minutes.total }).map(([name, took]) => [
        `  ${name}`,
        spent(took),
      ]),
    ),
    '',
  ].join('\n')
}

/** On its face: whoever reads the certificate sees first that a rule was set aside, by whom and why. */
function overrideLines({ override, approvals }: Certificate): readonly string[] {
  const frozen = override
    ? [`Released in a freeze: ${override.freeze}`, `Override by ${named(override.by)}: ${override.reason}`]
    : []
  const alone = approvals.flatMap(({ gate, by, override: why }) =>
    why === undefined ? [] : [`Approved in place of others: ${gate}`, `Override by ${named(by)}: ${why}`],
  )
  const lines = [...frozen, ...alone]
  return lines.length === 0 ? [] : ['', ...lines]
}

function headLines(certificate: Certificate): readonly (readonly [string, string])[] {
  const {
    deployment,
    previous,
    commits,
    tag,
    aur,
    servers,
    leftOut,
    unseen = [],
    approvals,
    issuedAt,
    deployer,
    fixes,
  } = certificate
  return [
    ['Deployment', `#${deployment}`],
    ...(previous === undefined ? [] : [['After', previous] as const]),
    ['Issued', issuedAt],
    ['Deployed by', named(deployer)],
    ...approvals.map(({ gate, by, at }) => ['Approved by', `${named(by)}, ${gate}, ${at}`] as const),
    ['Release commit', commits.release],
    ...(commits.documentation === undefined ? [] : [['Documentation', commits.documentation] as const]),
    ...(tag === undefined ? [] : [['Tag', tag] as const]),
    ...packageLines(certificate),
    ...(aur === undefined ? [] : [['AUR', `${aur.package} ${aur.version ?? ''}, commit ${aur.commit}`] as const]),
    ...servers.flatMap(({ name, commit, before }) => [
      [`Server ${name}`, commit] as const,
      ...(before ? [['  before', before] as const] : []),
    ]),
    ...fixes.map(({ fix, item }) => ['Fix made', item === undefined ? fix : `${fix}: ${item}`] as const),
    ...(unseen.length === 0 ? [] : [['Not seen', whatServes(unseen)] as const]),
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

function named({ name, platform, account }: Person): string {
  return name === account ? `${name} (${platform})` : `${name} (${platform} ${account})`
}
