/** Stands around a bot's journal, steps and messages: notes all that it comes past, and ends the process at one point. */
import type { Perform } from '../../src/compose.ts'
import type { Files } from '../../src/ports/files.ts'
import type { Journal } from '../../src/ports/journal.ts'
import type { Shell } from '../../src/ports/shell.ts'
import { isSshFault, type Session, type Ssh } from '../../src/ports/ssh.ts'
import type { NewEvent } from '../../src/release/event.ts'
import type { Ports } from '../../src/runners/step.ts'
import { type Moment, nameOf, type Passed, type Point } from './points.ts'

interface Watch {
  readonly passed: Passed
  readonly wrap: { journal(inner: Journal): Journal; perform(inner: Perform): Perform }
  /** To be called as a message has reached the platform. */
  messaged(): void
}

type During = <T>(go: () => Promise<T>) => Promise<T>
type Call = <T>(what: string, go: () => Promise<T>) => Promise<T>
type Write = <T>(what: readonly string[], go: () => Promise<T>) => Promise<T>

/** Ends the process at the point: told as `came` in the same breath. */
export function watchFor(point: Point | undefined, came: (what: string) => void): Watch {
  const passed: Moment[] = []
  const wanted = point && nameOf(point)
  const comeTo: ComeTo = (what, point, ...same) => {
    passed.push({ point, what })
    if (![point, ...same].some((each) => nameOf(each) === wanted)) return
    came(what)
    process.kill(process.pid, 'SIGKILL')
  }
  const during: During = async (go) => {
    passed.push({ change: 'began' })
    return go().finally(() => passed.push({ change: 'ended' }))
  }
  return {
    passed,
    wrap: { journal: journalAround(comeTo, during), perform: performAround(comeTo, during) },
    messaged: () => passed.push({ change: 'began' }, { change: 'ended' }),
  }
}

/** `same`: further names of this very point. */
type ComeTo = (what: string, point: Point, ...same: Point[]) => void

function journalAround(comeTo: ComeTo, during: During): (inner: Journal) => Journal {
  let writes = 0
  const write: Write = async (what, go) => {
    const first = writes + 1
    writes += what.length
    const rest = what.slice(1).map((_, index) => first + 1 + index)
    const come = (at: 'before write' | 'after write') =>
      comeTo(what.join(', '), { at, n: first }, ...rest.map((n) => ({ at, n })))
    come('before write')
    const result = await during(go)
    come('after write')
    return result
  }
  return (inner) => ({
    ...inner,
    nextNumber: () => write(['the next number'], inner.nextNumber),
    append: (number, events) => write(events.map(eventName), () => inner.append(number, events)),
    close: (number, summary) => write(['the end'], () => inner.close(number, summary)),
  })
}

/** Checks have no effect, by the plan: they begin anew after a restart, whatever they had come to. */
function performAround(comeTo: ComeTo, during: During): (inner: Perform) => Perform {
  const calls = new Map<string, number>()
  return (inner) => async (performance) => {
    const { step, do: part } = performance.effect
    const planned = performance.deployment.plan.find(({ id }) => id === step)
    if (planned === undefined || planned.effect === 'none') return inner(performance)
    const isOutside = planned.effect === 'outside' && part !== 'ask'
    const call: Call = async (what, go) => {
      const result = await during(go)
      if (!isOutside) return result
      const n = (calls.get(step) ?? 0) + 1
      calls.set(step, n)
      comeTo(what, { at: 'after call', step, n })
      return result
    }
    const event = await inner({ ...performance, ports: watched(performance.ports, call, during) })
    if (isOutside) comeTo(eventName(event), { at: 'after step', step })
    return event
  }
}

/** `call` stands around what changes something outside: of git only its pushes do. `during` around what changes something here. */
function watched(ports: Ports, call: Call, during: During): Ports {
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
      if (command.argv.includes('push')) return call(command.argv.join(' '), run)
      return GIT_LOOKS.test(command.argv.join(' ')) ? run() : during(run)
    },
  }
  const http = { ...ports.http, download: around(during, ports.http.download) }
  return { ...ports, ssh, shell, http, files: watchedFiles(ports.files, call, during) }
}

/** What is appended is a log, which no bot reads again. */
function watchedFiles(files: Files, call: Call, during: During): Files {
  return {
    ...files,
    place: (from, to) => call(`place ${to}`, () => files.place(from, to)),
    write: around(during, files.write),
    copy: around(during, files.copy),
    remove: around(during, files.remove),
    folder: around(during, files.folder),
    own: around(during, files.own),
    pack: around(during, files.pack),
  }
}

function around<A extends unknown[], T>(during: During, go: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  return (...args) => during(() => go(...args))
}

/** Lines that only look: at a checkout, a sum, a folder, or how a script stands. */
const LOOKS = /'(rev-parse|status|read-tree|update-index|sha256sum)'|^'git' 'diff'|^cd -- /

/** Commands of git that change nothing. */
const GIT_LOOKS =
  /^git (-C \S+ )?(cat-file|diff|for-each-ref|grep|log|ls-files|ls-remote|ls-tree|merge-base|rev-list|rev-parse|show|status)( |$)/

function eventName(event: NewEvent): string {
  const about = 'step' in event ? ` ${event.step}` : event.type === 'posted' ? ` ${event.key}` : ''
  const failed = event.type === 'settled' && !event.outcome.ok ? ' (not ok)' : ''
  return `${event.type}${about}${failed}`
}
