/** The certificate of a release as a picture, with the workflow's own words. */
import { approvalsIn } from '../approvals.ts'
import type { Picture } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { hasPassed, rowsSeen } from '../matrix/seen.ts'
import { listed, short } from '../report/view.ts'
import { type Drawing, type Shape, svgOf } from './drawing.ts'
import { INK } from './ink.ts'
import { widthOf, wrapped } from './letters.ts'
import { text } from './words.ts'

/** The file that goes with the result. */
export function certificatePicture(deployment: Deployment): Picture {
  const { project, release, number } = deployment
  return {
    name: `certificate-${project.name}-${release.full}-${number}.png`,
    svg: () => svgOf(certificateDrawing(deployment)),
  }
}

const WIDTH = 1000
const LEFT = 80
const NAMES = 300
const SIZE = 20
const LINE = 28

/** All shapes of the certificate; as high as its words need. */
export function certificateDrawing(deployment: Deployment): Drawing {
  const { project, release } = deployment
  const title = wrapped(project.title, WIDTH - 2 * LEFT, 40, 2)
  const head = [
    text(LEFT, 96, 'DEPLOYMENT CERTIFICATE', 22, INK.gold),
    ...title.map((line, index) => text(LEFT, 156 + index * 50, line, 40)),
    text(LEFT, 156 + title.length * 50, release.full, 34, INK.good),
  ]
  const { shapes, bottom } = rowsFrom(156 + title.length * 50 + 64, rowsOf(deployment))
  const verdict = sealed(deployment, bottom + 24)
  const height = verdict.bottom + 48
  const frame: Shape = {
    kind: 'box',
    ...{ x: 24, y: 24, width: WIDTH - 48, height: height - 48 },
    ...{ fill: 'none', stroke: INK.gold, radius: 6 },
  }
  return { width: WIDTH, height, shapes: [frame, ...head, ...shapes, ...verdict.shapes] }
}

type Rows = readonly (readonly [name: string, value: string])[]

function rowsOf(deployment: Deployment): Rows {
  const { number, previous, requester, gates, endedAt, lastEventAt, commit, override, steps } = deployment
  const approvals = gates.filter(({ status }) => status === 'approved').flatMap((gate) => approvalsIn(deployment, gate))
  const date = `${new Date(endedAt ?? lastEventAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const sha256 = Object.values(steps).find(({ evidence }) => evidence.packageSha256 !== undefined)?.evidence
    .packageSha256
  return [
    ['Deployment', `#${number}${previous === undefined ? '' : `, after ${previous.release.full}`}`],
    ['Date', date],
    ['Deployed by', requester.name],
    ...(approvals.length === 0 ? [] : ([['Approved by', listed(approvals.map(({ actor }) => actor.name))]] as const)),
    ...(commit === undefined ? [] : ([['Release commit', short(commit)]] as const)),
    ...(typeof sha256 === 'string' ? ([['Package sha256', short(sha256)]] as const) : []),
    ...(override === undefined
      ? []
      : ([['Override', `${override.actor.name}, in the freeze ${override.freeze}: ${override.reason}`]] as const)),
    ...approvals.flatMap((press) =>
      press.override === undefined
        ? []
        : ([['Override', `${press.actor.name} approved in place of others: ${press.override}`]] as const),
    ),
  ]
}

function rowsFrom(top: number, rows: Rows) {
  const shapes: Shape[] = []
  let y = top
  for (const [name, value] of rows) {
    const lines = wrapped(value, WIDTH - LEFT - NAMES, SIZE, 4)
    const fill = name === 'Override' ? INK.failed : INK.text
    shapes.push(text(LEFT, y, name, SIZE, INK.faint))
    shapes.push(...lines.map((line, index) => text(NAMES, y + index * LINE, line, SIZE, fill)))
    y += lines.length * LINE + 10
  }
  return { shapes, bottom: y - SIZE }
}

/** What was looked at from outside, and that no version differs. */
function sealed({ steps }: Deployment, y: number) {
  const rows = rowsSeen(steps['verify.matrix']?.evidence.matrix)
  const passed = rows.filter(hasPassed).length
  const words = `Checks passed: ${passed} of ${rows.length}`
  const isClean = passed === rows.length && passed > 0
  const clean = isClean ? 'No version mismatch' : 'Not everything could be confirmed'
  const width = Math.max(widthOf(words, 24), widthOf(clean, 24)) + 60
  const fill = isClean ? INK.good : INK.failed
  const shapes: readonly Shape[] = [
    { kind: 'box', x: LEFT, y, width, height: 96, fill: INK.band, stroke: fill, radius: 6 },
    text(LEFT + 30, y + 40, words, 24, fill),
    text(LEFT + 30, y + 74, clean, 24, fill),
  ]
  return { shapes, bottom: y + 96 }
}
