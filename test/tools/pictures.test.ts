/** Pictures are really drawn: with the font of the repository, in every script that it has, and nothing else of the machine. */
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { expect, test } from 'vitest'
import { svgOf } from '../../src/release/picture/drawing.ts'
import { widthOf } from '../../src/release/picture/letters.ts'
import { text } from '../../src/release/picture/words.ts'
import { createPictures } from '../../src/tools/pictures.ts'

const FONTS = join(import.meta.dirname, '../../fonts')
const fontFiles = ['mplus-1p-regular.ttf', 'droid-sans-fallback.ttf'].map((name) => join(FONTS, name))
const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'M PLUS 1p' }

test('a drawing becomes a PNG of its size, for the account of the bot alone', async () => {
  const to = join(folder(), 'pictures', 'one.png')
  await createPictures().draw(svgOf({ width: 320, height: 200, shapes: [text(20, 40, '髙橋', 20)] }), to)
  const png = readFileSync(to)
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([320, 200])
  expect(statSync(to).mode & 0o777).toBe(0o600)
})

test.each([
  'Run the deployment script: web-2',
  'WWWWWWWWWW',
  '港湾管理システム',
  'さくらサーバー',
  'Größe, Łódź',
  'Привет, Юлия',
  '김민수',
  '辻﨑 𠮷男',
])('a text is never wider than was reckoned: %s', (words) => {
  const svg = svgOf({ width: 2000, height: 100, shapes: [] }).replace(/<rect[^>]*\/>/g, '')
  const box = new Resvg(svg.replace('</svg>', `<text x="0" y="50" font-size="40">${words}</text></svg>`), {
    font,
  }).getBBox()
  expect(box?.width).toBeGreaterThan(50)
  expect(box?.width).toBeLessThanOrEqual(widthOf(words, 40))
})

test('what is no drawing is refused', async () => {
  await expect(createPictures().draw('no', join(folder(), 'no.png'))).rejects.toThrow()
})

const folder = () => mkdtempSync(join(tmpdir(), 'slipway-pictures-'))
