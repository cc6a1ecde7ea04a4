/** The points at which a release is killed, and how a bot notices that it has come to one. */
import type { Perform } from '../../src/compose.ts'
import type { Journal } from '../../src/ports/journal.ts'
import type { Shell } from '../../src/ports/shell.ts'
import { isSshFault, type Session, type Ssh } from '../../src/ports/ssh.ts'
import type { NewEvent } from '../../src/release/deployment.ts'
import type { Ports } from '../../src/runners/step.ts'

/**
 * Before or after the nth journal write; after the `run` of a step that changes something outside, before its outcome is handed
 * in; or inside such a step, after its nth call that changed something there.
 */
export type Point =
  | { readonly at: 'before write' | 'after write'; readonly n: number }
  | { readonly at: 'after step'; readonly step: string }
  | { readonly at: 'after call'; readonly step: string; readonly n: number }

/** What a run came past: all of it is a point to be killed at. */
export interface Passed {
  /** What each write held. */
  readonly writes: string[]
  readonly steps: string[]
  /** How many such calls each step made. */
  readonly calls: Record<string, number>
}

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

/** The kill points of a release that came past all this. */
export function pointsOf({ writes, steps, calls }: Passed): readonly Point[] {
  return [
    ...writes.map((_, index): Point => ({ at: 'before write', n: index + 1 })),
    ...writes.map((_, index): Point => ({ at: 'after write', n: index + 1 })),
    ...steps.map((step): Point => ({ at: 'after step', step })),
    ...Object.entries(calls).flatMap(([step, count]) =>
      Array.from({ length: count }, (_, index): Point => ({ at: 'after call', step, n: index + 1 })),
    ),
  ]
}

/** Stands around journal and perform, keeps count, and ends the process at the point: told as `came` in the same breath. */
export function watchFor(point: Point | undefined, came: (what: string) => void) {
  const passed: Passed = { writes: [], steps: [], calls: {} }
  const die = (what: string) => {
    came(what)
    process.kill(process.pid, 'SIGKILL')
  }

  const write = async <T>(what: string, go: () => Promise<T>): Promise<T> => {
    const n = passed.writes.push(what)
    if (point?.at === 'before write' && point.n === n) die(what)
    const result = await go()
    if (point?.at === 'after write' && point.n === n) die(what)
    return result
  }

  const call = async <T>(step: string, what: string, go: () => Promise<T>): Promise<T> => {
    const result = await go()
    const n = (passed.calls[step] ?? 0) + 1
    passed.calls[step] = n
    if (point?.at === 'after call' && point.step === step && point.n === n) die(what)
    return result
  }

  const journal = (inner: Journal): Journal => ({
    ...inner,
    nextNumber: () => write('the next number', inner.nextNumber),
    append: (number, events) => write(events.map(eventName).join(', '), () => inner.append(number, events)),
    close: (number, summary) => write('the end', () => inner.close(number, summary)),
  })

  const perform =
    (inner: Perform): Perform =>
    async (performance) => {
      const { step, do: part } = performance.effect
      const planned = performance.deployment.plan.find(({ id }) => id === step)
      if (planned?.effect !== 'outside' || part === 'ask') return inner(performance)
      const event = await inner({
        ...performance,
        ports: counted(performance.ports, (what, go) => call(step, what, go)),
      })
      passed.steps.push(step)
      if (point?.at === 'after step' && point.step === step) die(eventName(event))
      return event
    }

  return { passed, wrap: { journal, perform } }
}

type Counter = <T>(what: string, go: () => Promise<T>) => Promise<T>

/** The ports through which a step changes something outside: of git only its pushes do. */
function counted(ports: Ports, call: Counter): Ports {
  const session = (inner: Session): Session => ({
    exec: (line, options) => {
      const exec = () => inner.exec(line, options)
      return LOOKS.test(line) ? exec() : call(line, exec)
    },
    upload: (from, to) => call(`upload ${to}`, () => inner.upload(from, to)),
    size: inner.size,
    rename: (from, to) => call(`rename ${to}`, () => inner.rename(from, to)),
  })
  const ssh: Ssh = {
    ...ports.ssh,
    connect: async (host) => {
      const opened = await ports.ssh.connect(host)
      return isSshFault(opened) ? opened : session(opened)
    },
  }
  const shell: Shell = {
    run: (command, options) => {
      const run = () => ports.shell.run(command, options)
      return command.argv.includes('push') ? call(command.argv.join(' '), run) : run()
    },
  }
  const place = (from: string, to: string) => call(`place ${to}`, () => ports.files.place(from, to))
  return { ...ports, ssh, shell, files: { ...ports.files, place } }
}

/** Lines that only look: at a checkout, a sum, a folder, or how a script stands. */
const LOOKS = /'(rev-parse|status|read-tree|update-index|sha256sum)'|^'git' 'diff'|^cd -- /

function eventName(event: NewEvent): string {
  const about = 'step' in event ? ` ${event.step}` : event.type === 'posted' ? ` ${event.key}` : ''
  const failed = event.type === 'settled' && !event.outcome.ok ? ' (not ok)' : ''
  return `${event.type}${about}${failed}`
}
