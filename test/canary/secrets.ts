/**
 * What stands in every secret setting while tests run: one mark, to be found nowhere afterwards. Private keys are random; they
 * are known by their files, wherever one lies.
 */
import { SECRET_VARIABLES } from '../../src/config/environment-table.ts'

const MARK = 'canary3f9a1c77'

/** What each secret begins with, so that its rule lets it through. */
const BEGINNINGS: Readonly<Record<string, string>> = { SLACK_BOT_TOKEN: 'xoxb-', SLACK_APP_TOKEN: 'xapp-' }

export function canaryOf(name: string): string {
  return `${BEGINNINGS[name] ?? ''}${MARK}-${name}`
}

/** Every secret setting, as the environment of the bot holds it. */
export const CANARIES: Readonly<Record<string, string>> = Object.fromEntries(
  SECRET_VARIABLES.map((name) => [name, canaryOf(name)]),
)

/** The same, as a bot is told what to mask. */
export const SECRETS = Object.entries(CANARIES).map(([name, value]) => ({ name, value }))

/** The mark as it is, in hexadecimal, and in base64 wherever in a longer text it stood. */
export const FORMS: readonly Buffer[] = [
  MARK,
  Buffer.from(MARK).toString('hex'),
  ...[0, 1, 2].map((before) =>
    Buffer.from(`${' '.repeat(before)}${MARK}`)
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + MARK.length) * 8) / 6)),
  ),
].map((form) => Buffer.from(form))

/**
 * 32 letters of base64 in which private bits stand, within one line, where a file is an ed25519 key: of OpenSSH's own format
 * the seed begins at byte 161, of PKCS #8 at byte 16.
 */
export function partOfKey(text: string): string | undefined {
  const [, kind, body = ''] = /^-----BEGIN ([A-Z ]*)PRIVATE KEY-----\n([A-Za-z0-9+/=\n]+)-----END/.exec(text) ?? []
  const from = kind === 'OPENSSH ' && body.startsWith(ED25519) ? 216 : kind === '' ? 24 : undefined
  return from === undefined ? undefined : body.replaceAll('\n', '').slice(from, from + 32)
}

/** How OpenSSH's own format begins for an ed25519 key that is not locked; of other kinds the public half stands at such places. */
const ED25519 = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz'
