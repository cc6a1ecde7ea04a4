/** What gives itself away by its shape: tokens, private keys, passwords in URLs, values after a telling name. */
import type { Needle } from './search.ts'

/** Characters of one place that are hidden at most; a 16384-bit private key has 13 000. A longer value shows its rest. */
export const LONGEST_HIDDEN = 20_000
/** Characters that a pattern reads at most before it is clear that something is to be hidden. */
export const LONGEST_OPENING = 512

const AT_MOST = '{0,16000}'
const TAIL = `[\\w.=-]${AT_MOST}`
/** What an earlier masking left is no value. */
const VALUE = `(?!\\[(?:[^\\s\\]]{1,100} )?hidden\\])(?:"[^"\\n]${AT_MOST}"?|'[^'\\n]${AT_MOST}'?|[^\\s"'&;]{1,16000})`
/** A private key, or as much of it as there is; it may be written in one line with `\n` in it. */
const KEY_LABEL = '[A-Z0-9 ]{0,32}PRIVATE KEY ?-----?'
const KEY_BODY = `(?:Proc-Type: 4,|DEK-Info: [A-Z0-9-]{1,32},|[A-Za-z0-9+/=\\s\\\\])${AT_MOST}`

/** By what a place begins with: what stays to be read, what is hidden. Nothing crosses a line before it has matched. */
const SHAPES: readonly (readonly [begins: readonly string[], shown: string, hidden: string])[] = [
  [['TOKEN=', 'token='], '.{6}', VALUE],
  [['PASSWORD=', 'password='], '.{9}', VALUE],
  [['PASSWD=', 'passwd='], '.{7}', VALUE],
  [['SECRET=', 'secret='], '.{7}', VALUE],
  [['_KEY=', '_key=', '-key='], '.{5}', VALUE],
  [['://'], '\\w://[^\\s/:@?#"\'<>]{0,100}:', '[^\\s/@?#"\'<>]{1,300}(?=@)'],
  [['Bearer ', 'bearer ', 'Basic ', 'basic '], '\\w+ ', `[\\w.~+/-]{16}[\\w.~+/=-]${AT_MOST}`],
  [['hooks.slack.com/'], 'hooks.slack.com/(?:services|workflows)/', `[\\w/]{8}[\\w/]${AT_MOST}`],
  [['/api/webhooks/'], '/api/webhooks/\\d{1,30}/', `[\\w-]{8}${TAIL}`],
  [['BEGIN '], '', `BEGIN ${KEY_LABEL}${KEY_BODY}(?:-----?END ${KEY_LABEL})?`],
  [['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'], '', `....[.-][\\w-]{8}${TAIL}`],
  [['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], '', `.{4}[A-Za-z0-9]{16}${TAIL}`],
  [['github_pat_', 'dckr_pat_'], '', `\\w{25}${TAIL}`],
  [['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glsoat-'], '', `\\w{4,6}-[\\w-]{16}${TAIL}`],
  [['npm_'], '', `npm_[A-Za-z0-9]{30}${TAIL}`],
  [['AKIA', 'ASIA'], '', '....[A-Z0-9]{16}'],
  [['eyJh', 'eyJ0', 'eyJr', 'eyJj', 'eyJl'], '', `eyJ[\\w-]{12,400}\\.eyJ[\\w-]{12}${TAIL}`],
]

export const PATTERNS: readonly Needle[] = SHAPES.flatMap(([beginnings, shown, hidden]) => {
  const shape = new RegExp(`(${shown})${hidden}`, 'y')
  return beginnings.map((begins) => needle(begins, shape))
})

function needle(begins: string, shape: RegExp): Needle {
  const before = begins.length === 3 ? 1 : 0
  return {
    begins,
    span(text, from) {
      if (!text.startsWith(begins, from + before)) return undefined
      shape.lastIndex = from
      const match = shape.exec(text)
      if (!match) return undefined
      return { from, start: from + (match[1]?.length ?? 0), end: shape.lastIndex, name: undefined }
    },
  }
}
