import { describe, expect, test, vi } from 'vitest'
import { createMasker, visible } from '../../src/release/redact.ts'

const PASSWORD = 'p@ss wörd/"1"+x'
const masker = createMasker([
  { name: 'SLACK_BOT_TOKEN', value: 'plain-value-of-slack' },
  { name: 'VAULT', value: PASSWORD },
  { name: 'LINES', value: '-- first line of a secret --\n}\n-- second line of a secret --\n' },
  { name: 'SHORT', value: 'abc' },
])
const key = (label: string, separator: string) =>
  [
    `-----BEGIN ${label}PRIVATE KEY-----`,
    ...Array(20).fill('MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA'),
    'AbC=',
    `-----END ${label}PRIVATE KEY-----`,
  ].join(separator)

describe('known values are hidden', () => {
  const CASES = [
    ['as they are', 'a plain-value-of-slack b', 'a [SLACK_BOT_TOKEN hidden] b'],
    ['url-encoded', `x=${encodeURIComponent(PASSWORD)}&y`, 'x=[VAULT hidden]&y'],
    [
      'url-encoded in lower case',
      `x=${encodeURIComponent(PASSWORD).replace(/%../g, (hex) => hex.toLowerCase())}&y`,
      'x=[VAULT hidden]&y',
    ],
    ['as a form sends them', `x=${new URLSearchParams({ v: PASSWORD }).toString().slice(2)}&y`, 'x=[VAULT hidden]&y'],
    ['JSON-escaped', JSON.stringify({ v: PASSWORD }), '{"v":"[VAULT hidden]"}'],
    ['JSON-escaped beyond ASCII', JSON.stringify({ v: PASSWORD }).replace('ö', '\\u00f6'), '{"v":"[VAULT hidden]"}'],
    ['in base64', Buffer.from(PASSWORD).toString('base64'), '[VAULT hidden]'],
    ['in base64 for addresses', Buffer.from(PASSWORD).toString('base64url'), '[VAULT hidden]'],
    ['as bytes read one by one', Buffer.from(`<${PASSWORD}>`).toString('latin1'), '<[VAULT hidden]>'],
    ['line by line', '> -- second line of a secret --\r\n}', '> [LINES hidden]\r\n}'],
    [
      'twice and side by side',
      'plain-value-of-slackplain-value-of-slack',
      '[SLACK_BOT_TOKEN hidden][SLACK_BOT_TOKEN hidden]',
    ],
    ['unless they are too short to be secret', 'abc', 'abc'],
  ] as const
  test.each(CASES)('%s', (_, text, expected) => {
    expect(masker.mask(text)).toBe(expected)
  })

  test.each([0, 1, 2])('inside a longer text in base64, behind %i characters', (before) => {
    const text = Buffer.from(`${'u'.repeat(before)}${PASSWORD}:more`).toString('base64')
    const hidden = masker.mask(text)
    expect(hidden).toContain('[VAULT hidden]')
    expect(hidden.length).toBeLessThan(text.length)
  })

  test('also where two of them overlap', () => {
    const both = createMasker([
      { name: 'A', value: 'one-two' },
      { name: 'B', value: 'two-three' },
    ])
    expect(both.mask('<one-two-three>')).toBe('<[A hidden]>')
  })
})

describe('what looks like a secret is hidden', () => {
  const CASES = [
    ['a Slack token', 'use xoxb-123456789012-abcdefABCDEF now', 'use [hidden] now'],
    ['a Slack app token', 'xapp-1-A0B1C2D3-444', '[hidden]'],
    ['a GitHub token', 'ghp_0123456789abcdefABCDEF0123456789abcd.', '[hidden]'],
    ['a fine-grained GitHub token', 'github_pat_11ABCDEFG0123456789_abcdef', '[hidden]'],
    ['a GitLab token', '(glpat-abcdefghij0123456789)', '([hidden])'],
    ['an npm token', 'npm_abcdefghijklmnopqrstuvwxyz0123456789', '[hidden]'],
    ['an access key of AWS', 'AKIAIOSFODNN7EXAMPLE', '[hidden]'],
    ['a JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N', '[hidden]'],
    ['a bearer', 'Authorization: Bearer abcdefghijklmnopqrstuv', 'Authorization: Bearer [hidden]'],
    [
      'a password in a URL',
      'git clone https://ana:geheim@example.org/x.git',
      'git clone https://ana:[hidden]@example.org/x.git',
    ],
    ['a password without a name', 'redis://:geheim@example.org', 'redis://:[hidden]@example.org'],
    [
      'a value after a telling name',
      'DEPLOY_TOKEN=x DB_PASSWORD="two words" my_key=\'a b\' SECRET=1;',
      'DEPLOY_TOKEN=[hidden] DB_PASSWORD=[hidden] my_key=[hidden] SECRET=[hidden];',
    ],
    [
      'a token in an address',
      'https://example.org/?access_token=abc&page=2',
      'https://example.org/?access_token=[hidden]&page=2',
    ],
    ['a Slack webhook', 'https://hooks.slack.com/services/T000/B000/XXXX', 'https://hooks.slack.com/services/[hidden]'],
    [
      'a Discord webhook',
      'https://discord.com/api/webhooks/123/abc-def_ghi',
      'https://discord.com/api/webhooks/123/[hidden]',
    ],
    ['a private key', `a\n${key('', '\n')}\nb`, 'a\n-----[hidden]\nb'],
    ['a private key of OpenSSH', `a\r\n${key('OPENSSH ', '\r\n')}\r\nb`, 'a\r\n-----[hidden]\r\nb'],
    [
      'an encrypted private key',
      key('RSA ', '\n').replace('-\n', '-\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,ABCDEF\n\n'),
      '-----[hidden]',
    ],
    ['a private key in one line', `KEYS: "${key('EC ', '\\n')}"`, 'KEYS: "-----[hidden]"'],
  ] as const
  test.each(CASES)('%s', (_, text, expected) => {
    expect(masker.mask(text)).toBe(expected)
  })

  test('and a known value among it is named', () => {
    expect(masker.mask('SLACK_BOT_TOKEN=plain-value-of-slack.')).toBe('SLACK_BOT_TOKEN=[SLACK_BOT_TOKEN hidden]')
  })
})

/** Characters that regular expressions went over while something was done. */
function readDuring(doing: () => void): number {
  const { exec } = RegExp.prototype
  let count = 0
  const counting = vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text: string) {
    const from = this.lastIndex
    const match = exec.call(this, text)
    count += Math.max(0, this.lastIndex - from)
    return match
  })
  try {
    doing()
  } finally {
    counting.mockRestore()
  }
  return count
}

test.each([
  'token=',
  "token='",
  'xoxb-aaaaaaaa',
  `npm_${'a'.repeat(30)}`,
  'ghp_abcdefghijklmnop',
  'glpat-abcdefghijklmnop',
  'eyJhaaaaaaaaaaaa.',
])('where %s begins in itself over and over, no character is read often', (begins) => {
  const text = begins.repeat(3000)
  const read = readDuring(() => expect(masker.mask(text)).toMatch(/^(?:token=)?\[hidden\]$/))
  expect(read).toBeGreaterThan(0)
  expect(read).toBeLessThan(5 * text.length)
})

describe('what is no secret stays', () => {
  const TEXTS = [
    'ssh://git@github.com/x.git and http://localhost:8080/a@b and https://example.org:443/',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'the token was refused, the password too; key = value; monkey=banana',
    'github.com, xoxb-, ghp_, Basic English, bearer of news, npm_config',
    '',
    'ü\u{1F600}\n\t',
  ]
  test.each(TEXTS)('%j', (text) => {
    expect(masker.mask(text)).toBe(text)
  })

  test('and what was masked before is not masked again', () => {
    const once = masker.mask('A_TOKEN=plain-value-of-slack B_TOKEN=x https://u:plain-value-of-slack@h/')
    expect(masker.mask(once)).toBe(once)
  })
})

describe('a stream', () => {
  test('gives whole lines at once and holds back the unfinished one', () => {
    const stream = masker.stream()
    expect(stream.push('one\ntwo plain-val')).toBe('one\n')
    expect(stream.push('ue-of-slack\nthree')).toBe('two [SLACK_BOT_TOKEN hidden]\n')
    expect(stream.end()).toBe('three')
    expect(stream.end()).toBe('')
  })

  test('holds back no more than it may of a line without an end', () => {
    const stream = masker.stream()
    let shown = 0
    for (let at = 0; at < 100; at++) shown += stream.push('=-'.repeat(500)).length
    expect(shown).toBeGreaterThan(98_000)
  })

  test('holds back no more than it may of a value without an end', () => {
    const stream = masker.byteStream()
    let out = stream.push(Buffer.from('A_TOKEN=')).toString()
    for (let at = 0; at < 100; at++) out += stream.push(Buffer.alloc(1000, 'x')).toString()
    expect(out.length).toBeGreaterThan(50_000)
    expect(out.startsWith('A_TOKEN=[hidden]')).toBe(true)
  })

  test('holds back no more than it may of values that begin in each other', () => {
    const stream = masker.stream()
    let shown = ''
    for (let at = 0; at < 100; at++) shown += stream.push('Bearer abcdefghijklmnop'.repeat(100))
    expect(shown.match(/hidden/g)?.length).toBeGreaterThan(9_900)
    expect(shown).not.toContain('abcdefgh')
  })

  test('leaves bytes that are no text as they are', () => {
    const stream = masker.byteStream()
    const bytes = Buffer.from([0, 255, 254, 10, 200, 13])
    expect(Buffer.concat([stream.push(bytes), stream.end()])).toEqual(bytes)
  })
})

describe('what would act instead of being read is shown', () => {
  const CASES = [
    ['a right-to-left override', 'a\u202eb', 'a\\u202eb'],
    ['a terminal escape', '\x1b[31mred\x1b]0;t\x07', '\\x1b[31mred\\x1b]0;t\\x07'],
    ['a zero-width space and joiner', 'a\u200bb\u200dc\ufeff', 'a\\u200bb\\u200dc\\ufeff'],
    ['a carriage return and a backspace', 'good\rbad\b', 'good\\x0dbad\\x08'],
    ['a C1 control', '\x9b31m', '\\x9b31m'],
    ['a tag character', '\u{e0041}', '\\u{e0041}'],
    ['half a character', '\ud800', '\\ud800'],
    ['a line separator', '\u2028', '\\u2028'],
    ['letters, lines and tabs as they are', 'Grüße\n\t日本 \u{1F600}', 'Grüße\n\t日本 \u{1F600}'],
  ] as const
  test.each(CASES)('%s', (_, text, expected) => {
    expect(visible(text)).toBe(expected)
  })
})
