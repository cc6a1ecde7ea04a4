/** Pictures with resvg: no browser, no network, and no fonts but those in `fonts/`, so that every machine draws the same. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Pictures } from '../ports/pictures.ts'

/** What the first has not, the second is asked for: Korean, and kanji that are seen in names alone. */
const FONT_FILES = ['mplus-1p-regular.ttf', 'droid-sans-fallback.ttf'].map((name) =>
  join(import.meta.dirname, '../../fonts', name),
)

/** The program that draws is loaded for the first picture: a bot at rest does without it. */
export function createPictures(): Pictures {
  return {
    draw: async (svg, to) => {
      const { renderAsync } = await import('@resvg/resvg-js')
      const picture = await renderAsync(svg, {
        font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'M PLUS 1p' },
      })
      await mkdir(dirname(to), { recursive: true, mode: 0o700 })
      const half = `${to}.half`
      await writeFile(half, picture.asPng(), { mode: 0o600 })
      await rename(half, to)
    },
  }
}
