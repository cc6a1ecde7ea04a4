/** The points at which a release is killed, and which of them are one and the same instant. */

/**
 * Before or after the journal write that holds the nth of all entries: entries are written together as they happen to come,
 * so that writes could not be counted on. After the `run` of a step that changes something outside, before its outcome is
 * handed in; or inside such a step, after its nth call that changed something there.
 */
export type Point =
  | { readonly at: 'before write' | 'after write'; readonly n: number }
  | { readonly at: 'after step'; readonly step: string }
  | { readonly at: 'after call'; readonly step: string; readonly n: number }

/** What a run came past, in its order: points, with what was done there, and between them whatever changed something, here or outside. */
export type Moment = { readonly point: Point; readonly what: string } | { readonly change: 'began' | 'ended' }
export type Passed = readonly Moment[]

export function nameOf(point: Point): string {
  if (point.at === 'after step') return `after step ${point.step}`
  return point.at === 'after call' ? `after call ${point.n} of ${point.step}` : `${point.at} ${point.n}`
}

export function pointNamed(name: string): Point {
  const [, at, n, of, step] = /^(before write|after write|after call|after step) ?(\d+)?( of )?(.*)$/.exec(name) ?? []
  if (at === 'after step' && step) return { at, step }
  if (at === 'after call' && of && step) return { at, n: Number(n), step }
  if ((at === 'before write' || at === 'after write') && n !== undefined) return { at, n: Number(n) }
  throw new Error(`“${name}” is no kill point, such as “before write 12” or “after call 2 of vps.pull:pier”`)
}

/**
 * The kill points of a run, those of one instant together. Two points are one instant where nothing changed between them and
 * nothing was under way that could have: no journal write, no message, nothing on a server, no file but a log, no step but a
 * check, and no program but a git that only looks. What a killed process had in its memory is lost either way, so disk and world are the same at both.
 */
export function instantsOf(passed: Passed): readonly (readonly Point[])[] {
  const instants: Point[][] = []
  let underWay = 0
  let isSame = false
  for (const moment of passed) {
    if ('change' in moment) {
      underWay += moment.change === 'began' ? 1 : -1
      isSame = false
      continue
    }
    if (isSame) instants.at(-1)?.push(moment.point)
    else instants.push([moment.point])
    isSame = underWay === 0
  }
  return instants
}

/** The points of an instant that are tried: after a step more is asked than elsewhere, otherwise one is as good as another. */
export function triedOf(instant: readonly Point[]): readonly Point[] {
  const steps = instant.filter(({ at }) => at === 'after step')
  return steps.length > 0 ? steps : instant.slice(0, 1)
}
