/** Who may do what: the one table that the README shows and that every cell of is asserted by `test/release/access-table.test.ts`. */

/** What somebody was granted, and nothing else; `asked`: may deploy and approve, and asked for this release. */
export const HOLDERS = ['nothing', 'deploy', 'approve', 'admin', 'asked'] as const
export type Holder = (typeof HOLDERS)[number]

/** The same on every platform; `view` is everyone's here, as it is where nothing else is written. */
export interface AccessRow {
  readonly action: string
  /** In which state; empty where it makes no difference. */
  readonly state: string
  readonly may: Readonly<Record<Holder, boolean>>
}

const row = (action: string, state: string, ...yes: readonly Holder[]): AccessRow => {
  const cells = HOLDERS.map((holder) => [holder, yes.includes(holder)])
  return { action, state, may: Object.fromEntries(cells) as AccessRow['may'] }
}

const ALONE = 'one approves, whoever asked may'
const OTHERS = 'a second person is asked for'

export const ACCESS_TABLE: readonly AccessRow[] = [
  row('status, timeline, history, verify, certificate, help', '', ...HOLDERS),
  row('deploy, retry, fix, rollback, lock, acknowledge, logs, incident, diagnose', '', 'deploy', 'asked'),
  row('approve', OTHERS, 'approve'),
  row('approve, by a press', ALONE, 'approve'),
  row('approve, with the version typed', ALONE, 'approve', 'asked'),
  row('approve', 'the question is closed'),
  row('approve', 'a button of an older question'),
  row('deny', 'a question is open', 'approve', 'asked'),
  row('approve --override', 'before half of its time'),
  row('approve --override', 'after half of its time', 'admin'),
  row('approve --revoke', 'of an approval of one’s own, while it is not used', 'approve'),
  row('approve --revoke', 'of somebody else’s approval'),
  row('cancel', '', 'approve', 'admin', 'asked'),
  row('unlock', 'somebody else’s lock', 'admin'),
  row('unlock', 'a lock of a rollback', 'approve', 'asked'),
]

/** The rows as the README shows them. */
export function accessRows(): readonly string[] {
  return ACCESS_TABLE.map(({ action, state, may }) => {
    const cells = [action, state, ...HOLDERS.map((holder) => (may[holder] ? 'yes' : 'no'))]
    return `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')
  })
}
