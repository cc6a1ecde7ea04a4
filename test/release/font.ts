/** The fonts of the pictures as their own tables describe them. https://learn.microsoft.com/typography/opentype/spec */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Font {
  /** Thousandths of the size; undefined where the font has no such letter. */
  advance(letter: number): number | undefined
}

/** How wide a letter really is, in thousandths of the size, in the first font that has it; undefined where none has. */
export function advanceOf(letter: number): number | undefined {
  for (const font of FONTS) {
    const advance = font.advance(letter)
    if (advance !== undefined) return advance
  }
  return undefined
}

function readFont(path: string): Font {
  const file = readFileSync(path)
  const table = tablesOf(file)
  const unitsPerEm = file.readUInt16BE(table('head') + 18)
  const metrics = file.readUInt16BE(table('hhea') + 34)
  const glyphOf = glyphsOf(file, table('cmap'))
  return {
    advance(letter) {
      const glyph = glyphOf(letter)
      if (glyph === 0) return undefined
      return (file.readUInt16BE(table('hmtx') + 4 * Math.min(glyph, metrics - 1)) * 1000) / unitsPerEm
    },
  }
}

function tablesOf(file: Buffer): (name: string) => number {
  const count = file.readUInt16BE(4)
  const records = Array.from({ length: count }, (_, index) => 12 + 16 * index)
  const places = new Map(records.map((at) => [file.toString('latin1', at, at + 4), file.readUInt32BE(at + 8)]))
  return (name) => places.get(name) ?? 0
}

/** By the largest of the character maps: format 12 where there is one, otherwise format 4. 0 is no glyph. */
function glyphsOf(file: Buffer, cmap: number): (letter: number) => number {
  const count = file.readUInt16BE(cmap + 2)
  const maps = Array.from({ length: count }, (_, index) => cmap + file.readUInt32BE(cmap + 8 + 8 * index))
  const [long] = maps.filter((at) => file.readUInt16BE(at) === 12)
  if (long !== undefined) return (letter) => inGroups(file, long, letter)
  const [short = 0] = maps.filter((at) => file.readUInt16BE(at) === 4)
  return (letter) => inSegments(file, short, letter)
}

function inGroups(file: Buffer, map: number, letter: number): number {
  const count = file.readUInt32BE(map + 12)
  for (let at = map + 16; at < map + 16 + 12 * count; at += 12)
    if (letter >= file.readUInt32BE(at) && letter <= file.readUInt32BE(at + 4))
      return file.readUInt32BE(at + 8) + letter - file.readUInt32BE(at)
  return 0
}

function inSegments(file: Buffer, map: number, letter: number): number {
  const count = file.readUInt16BE(map + 6) / 2
  const [ends, starts] = [map + 14, map + 16 + 2 * count]
  for (let index = 0; index < count; index += 1) {
    const start = file.readUInt16BE(starts + 2 * index)
    if (letter > file.readUInt16BE(ends + 2 * index) || letter < start) continue
    const delta = file.readUInt16BE(starts + 2 * count + 2 * index)
    const at = starts + 4 * count + 2 * index
    const offset = file.readUInt16BE(at)
    if (offset === 0) return (letter + delta) % 65_536
    const glyph = file.readUInt16BE(at + offset + 2 * (letter - start))
    return glyph === 0 ? 0 : (glyph + delta) % 65_536
  }
  return 0
}

const FONTS = ['mplus-1p-regular.ttf', 'droid-sans-fallback.ttf'].map((name) =>
  readFont(join(import.meta.dirname, '../../fonts', name)),
)
