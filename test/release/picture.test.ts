/** The pictures: nothing is cut off and no two texts overlap, whatever the deployment was like; and what they show is so. */
import { describe, expect, test } from 'vitest'
import type { Deployment } from '../../src/release/deployment.ts'
import { certificateDrawing } from '../../src/release/picture/certificate.ts'
import { type Drawing, svgOf, type Text } from '../../src/release/picture/drawing.ts'
import { historyDrawing } from '../../src/release/picture/history.ts'
import { INK } from '../../src/release/picture/ink.ts'
import { drawable, widthOf, wrapped } from '../../src/release/picture/letters.ts'
import { spansOf } from '../../src/release/picture/spans.ts'
import { timelineDrawing } from '../../src/release/picture/timeline.ts'
import { advanceOf } from './font.ts'
import { SCENES, sceneOf } from './picture-scenes.ts'
import { BEN, drive, project } from './sample.ts'

const DRAWINGS: readonly (readonly [string, Drawing])[] = [
  ...SCENES.map(([name, scene]) => [`the timeline of ${name}`, timelineDrawing(sceneOf(scene), 0)] as const),
  ...SCENES.map(([name, scene]) => [`the certificate of ${name}`, certificateDrawing(sceneOf(scene))] as const),
  ['the timeline of what has only begun', timelineDrawing(begun(), 2_000_000)],
  ['the timeline of 200 servers', timelineDrawing(manyServers(200).now(), 9_000_000)],
  ['the history', historyDrawing(past(34))],
  ['the history of one', historyDrawing(past(1))],
]

describe.each(DRAWINGS)('%s', (_, drawing) => {
  const boxes = drawing.shapes.filter((shape) => shape.kind === 'text').map(boxOf)

  test('has every text whole within its edges', () => {
    const { width, height } = drawing
    const out = boxes.filter((box) => box.left < 8 || box.right > width - 8 || box.top < 8 || box.bottom > height - 8)
    expect(out).toEqual([])
  })

  test('has no two texts that overlap', () => {
    const sorted = boxes.toSorted((a, b) => a.top - b.top)
    const overlaps = sorted.flatMap((one, at) =>
      sorted
        .slice(at + 1, at + 40)
        .filter((two) => meets(one, two))
        .map((two) => [one.text, two.text]),
    )
    expect(overlaps).toEqual([])
  })

  test('has every text readable on its ground, which is its own on light and on dark', () => {
    const fills = new Set(drawing.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.fill] : [])))
    expect([...fills].filter((fill) => contrast(fill, INK.ground) < 4.5)).toEqual([])
    expect(svgOf(drawing)).toContain(
      `<rect x="0.5" y="0.5" width="${drawing.width - 1}" height="${drawing.height - 1}" rx="10" fill="${INK.ground}"`,
    )
  })

  test('has every shape within its edges', () => {
    const points = drawing.shapes.flatMap((shape) => {
      if (shape.kind === 'text') return []
      return shape.kind === 'line'
        ? shape.points
        : [[shape.x, shape.y] as const, [shape.x + shape.width, shape.y + shape.height] as const]
    })
    const out = points.filter(([x, y]) => !(x >= 0 && y >= 0 && x <= drawing.width && y <= drawing.height))
    expect(out).toEqual([])
  })
})

test('the critical path goes back from the end, each time to what ended last', () => {
  const deployment = sceneOf({ seconds: 21_600, fails: true, waits: true })
  const way = spansOf(deployment, deployment.endedAt ?? 0).filter(({ critical }) => critical)
  expect(way.map(({ step }) => step.id)).toEqual(
    expect.arrayContaining(['build.target:linux', 'aur.submit', 'verify.matrix']),
  )
  expect(way.map(({ step }) => step.id)).not.toContain('version.push')
})

test('of more steps than a picture holds it shows what failed and what the end waited for', () => {
  const deployment = servedMany()
  const spans = spansOf(deployment, deployment.endedAt ?? 0)
  const { shapes } = timelineDrawing(deployment, deployment.endedAt ?? 0)
  const told = shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : [])).join(' ')
  expect(spans.length).toBeGreaterThan(150)
  expect(told).toContain(`and ${spans.length - 120} more steps`)
  expect(told.match(/failed once/g)).toHaveLength(1)
  for (const title of ['Write the certificate', 'Success matrix']) expect(told).toContain(title)
})

test.each(['text', 'good', 'failed'] as const)('what is written in %s on a band is readable there', (ink) => {
  expect(contrast(INK[ink], INK.band)).toBeGreaterThan(4.5)
})

test('somebody else’s text stays text in a picture', () => {
  const named = { ...begun(), project: { ...project, title: '</text><script>"&\u202e' } }
  const svg = svgOf(timelineDrawing(named, 2_000_000))
  expect(svg).not.toContain('<script')
  expect(svg).not.toContain('\u202e')
  expect(svg).toContain('&#60;/text&#62;&#60;script&#62;&#34;&#38;')
})

test('a text that is too long for its lines ends in three dots', () => {
  const lines = wrapped('港湾'.repeat(60), 300, 15, 2)
  expect(lines).toHaveLength(2)
  expect(lines.at(-1)).toMatch(/\.\.\.$/)
  expect(lines.every((line) => widthOf(line, 15) <= 300)).toBe(true)
})

interface Bounds {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly text: string
}

/** As wide as the fonts make it. Letters reach from four fifths above the baseline to a quarter below it. */
function boxOf({ x, y, text, size, anchor }: Text): Bounds {
  const width =
    [...drawable(text)].reduce((sum, letter) => sum + (advanceOf(letter.codePointAt(0) ?? 0) ?? 0), 0) * (size / 1000)
  const left = anchor === 'start' ? x : anchor === 'middle' ? x - width / 2 : x - width
  return { left, right: left + width, top: y - size * 0.8, bottom: y + size * 0.22, text }
}

function meets(one: Bounds, two: Bounds): boolean {
  return one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, two: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function begun() {
  const hand = drive()
  hand.start()
  return hand.now()
}

/** All of them were deployed to, at the last but one only the second time. */
function servedMany(): Deployment {
  const hand = manyServers(30)
  hand.run(LEFT)
  hand.press(BEN)
  hand.run(LEFT)
  const now = hand.now()
  const [id] = now.plan
    .filter(({ name }) => name === 'vps.deploy')
    .slice(-2)
    .map((step) => step.id)
  const state = now.steps[id ?? '']
  if (id === undefined || state?.beganAt === undefined) throw new Error('it was not deployed there')
  return {
    ...now,
    steps: { ...now.steps, [id]: { ...state, failures: [{ from: state.beganAt, to: state.beganAt + 1 }] } },
  }
}

const LEFT = (id: string) => (id === 'version.push' ? { commit: 'c1' } : {})

function manyServers(count: number) {
  const [host] = project.vps?.hosts ?? []
  if (host === undefined || project.vps === undefined) throw new Error('the sample has servers')
  const hosts = Array.from({ length: count }, (_, at) => ({
    ...host,
    name: `server-${at}.${'long.'.repeat(8)}example`,
  }))
  const hand = drive({ ...project, vps: { ...project.vps, hosts } })
  hand.start()
  return hand
}

function past(count: number) {
  return Array.from({ length: count }, (_, at) => ({
    number: 1_000 - at,
    project: at % 2 === 0 ? 'harbour' : '港湾管理システム・デスクトップ版の長い名前の製品その二',
    version: '3.1.3+001',
    status: ['complete', 'failed', 'rolled back', 'cancelled'][at % 4] ?? '',
    requester: 'ana',
    requestedAt: 0,
    endedAt: 21_600_000,
    ...(at % 3 === 0 ? {} : { worked: at * at }),
  }))
}
