/** How text may look on this terminal: colours by tone, or none. */
import { stripVTControlCharacters, styleText } from 'node:util'
import type { Tone } from '../../src/release/card.ts'

export interface Paint {
  tone(tone: Tone, text: string): string
  strong(text: string): string
  faint(text: string): string
}

export const PLAIN: Paint = { tone: (_, text) => text, strong: (text) => text, faint: (text) => text }

/** The mark says without colour what the colour says. */
export const MARKS: Readonly<Record<Tone, string>> = {
  neutral: '--',
  running: '->',
  waiting: '??',
  good: 'ok',
  bad: '!!',
}

const COLOURS = { neutral: 'cyan', running: 'blue', waiting: 'yellow', good: 'green', bad: 'red' } as const

export const COLOURED: Paint = {
  tone: (tone, text) => styled([COLOURS[tone]], text),
  strong: (text) => styled(['bold'], text),
  faint: (text) => styled(['dim'], text),
}

/** Colours for a person at a terminal who did not ask for none: NO_COLOR and TERM are read. */
export function paintFor(isTty: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  return isTty && env.TERM !== 'dumb' && !env.NO_COLOR ? COLOURED : PLAIN
}

/** Takes escapes out of a text that is about to be shown. The report has made them visible already; this is the second lock. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\t/g, '  ')
    .replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
}

function styled(format: Parameters<typeof styleText>[0], text: string): string {
  return text === '' ? '' : styleText(format, text, { validateStream: false })
}
