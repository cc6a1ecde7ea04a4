/** What the pictures can write: every letter of it is in one of their fonts, and is no wider than was reckoned. */
import { expect, test } from 'vitest'
import { drawable, widthOf } from '../../src/release/picture/letters.ts'
import { advanceOf } from './font.ts'

const ALL = Array.from({ length: 0x30_000 - 32 }, (_, index) => index + 32).filter(
  (code) => code < 0xd800 || code > 0xdfff,
)
const DRAWN = ALL.filter((code) => drawable(String.fromCodePoint(code)) === String.fromCodePoint(code))

test('no letter is drawn that no font has', () => {
  expect(DRAWN.filter((code) => advanceOf(code) === undefined).map((code) => code.toString(16))).toEqual([])
})

test('kana, 20902 kanji and all of Korean are drawn', () => {
  const within = (from: number, to: number) => DRAWN.filter((code) => code >= from && code <= to).length
  expect([within(0x3041, 0x3096), within(0x4e00, 0x9fa5), within(0xac00, 0xd7a3)]).toEqual([86, 20_902, 11_172])
})

test('none is wider than was reckoned', () => {
  const wider = DRAWN.filter((code) => (advanceOf(code) ?? 0) > Math.ceil(widthOf(String.fromCodePoint(code), 1000)))
  expect(wider.map((code) => code.toString(16))).toEqual([])
})

test.each([
  ['Harbour \u{1f6a2}', 'Harbour '],
  ['\u{1f469}\u200d\u{1f680} ana \u2665\ufe0f', ' ana '],
  ['\u{1f1ef}\u{1f1f5} Tokyo', ' Tokyo'],
  ['\u0645\u062d\u0645\u062f', '????'],
  ['Lo\u0301di', 'L\u00f3di'],
  ['\u1100\u1161\u11a8', '\uac01'],
  ['\u8fbb\u{e0100}', '\u8fbb'],
  ['to\u202eend', 'to\\u202eend'],
  ['ok \u00a9 \u2122', 'ok \u00a9 \u2122'],
])('%s is drawn as %s', (text, drawn) => {
  expect(drawable(text)).toBe(drawn)
})
