/** What gives itself away by its shape: tokens, private keys, passwords in URLs, values after a telling name. */
import { all, any, either, literal, one, type Part, run, unless } from './reading.ts'
import type { Needle } from './search.ts'

/** Characters of one place that are hidden at most; a 16384-bit private key has 13 000. A longer value shows its rest. */
export const LONGEST_HIDDEN = 20_000
/** Characters that a pattern reads at most before it is clear that something is to be hidden. */
export const LONGEST_OPENING = 512

const MOST = 16_000
const tail = run('[\\w.=-]', 0, MOST)
const quoted = (mark: string) => all(literal(mark), run(`[^${mark}\\n]`, 0, MOST), one(`${mark}?`))
/** What an earlier masking left is no value. */
const masked = all(literal('['), one('(?:[^\\s\\]]{1,100} )?hidden\\]'))
const value = either(all(unless(masked), run('[^\\s"\'&;]', 1, MOST)), quoted('"'), quoted("'"))
/** A private key, or as much of it as there is; it may be written in one line with `\n` in it. */
const KEY_LABEL = '[A-Z0-9 ]{0,32}PRIVATE KEY ?-----?'
/** No key begins inside another one, so that no run of it is read again. */
const KEY_BODY = `(?:Proc-Type: 4,|DEK-Info: [A-Z0-9-]{1,32},|[A-Za-z0-9+/=\\s\\\\]){0,${MOST}}`

/** By what a place begins with: what stays to be read, what is hidden. Nothing crosses a line before it has matched. */
const SHAPES: readonly (readonly [begins: readonly string[], shown: Part, hidden: Part])[] = [
  [['TOKEN=', 'token='], any(6), value],
  [['PASSWORD=', 'password='], any(9), value],
  [['PASSWD=', 'passwd='], any(7), value],
  [['SECRET=', 'secret='], any(7), value],
  [['_KEY=', '_key=', '-key='], any(5), value],
  [['://'], one('\\w://[^\\s/:@?#"\'<>]{0,100}:'), one('[^\\s/@?#"\'<>]{1,300}(?=@)')],
  [['Bearer ', 'bearer ', 'Basic ', 'basic '], one('\\w+ '), all(one('[\\w.~+/-]{16}'), run('[\\w.~+/=-]', 0, MOST))],
  [['hooks.slack.com/'], one('hooks.slack.com/(?:services|workflows)/'), run('[\\w/]', 8, 8 + MOST)],
  [['/api/webhooks/'], one('/api/webhooks/\\d{1,30}/'), all(one('[\\w-]{8}'), tail)],
  [['BEGIN '], any(0), one(`BEGIN ${KEY_LABEL}${KEY_BODY}(?:-----?END ${KEY_LABEL})?`)],
  [
    ['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    any(0),
    all(one('....[.-][\\w-]{8}'), tail),
  ],
  [['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], any(0), all(one('.{4}[A-Za-z0-9]{16}'), tail)],
  [['github_pat_', 'dckr_pat_'], any(0), all(one('\\w{25}'), tail)],
  [['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glsoat-'], any(0), all(one('\\w{4,6}-[\\w-]{16}'), tail)],
  [['npm_'], any(0), all(one('npm_[A-Za-z0-9]{30}'), tail)],
  [['AKIA', 'ASIA'], any(0), one('....[A-Z0-9]{16}')],
  [
    ['eyJh', 'eyJ0', 'eyJr', 'eyJj', 'eyJl'],
    any(0),
    all(one('eyJ'), run('[\\w-]', 12, 400), one('\\.eyJ[\\w-]{12}'), tail),
  ],
]

export const PATTERNS: readonly Needle[] = SHAPES.flatMap(([beginnings, shown, hidden]) =>
  beginnings.map((begins) => needle(begins, shown, hidden)),
)

function needle(begins: string, shown: Part, hidden: Part): Needle {
  const before = begins.length === 3 ? 1 : 0
  return {
    begins,
    span(reading, from) {
      if (!reading.text.startsWith(begins, from + before)) return undefined
      const start = shown(reading, from)
      const end = start === undefined ? undefined : hidden(reading, start)
      return start === undefined || end === undefined ? undefined : { from, start, end, name: undefined }
    },
  }
}
