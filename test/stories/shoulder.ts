/** Looks over a step's shoulder: keeps all that it starts and asks for, to be compared with what was described. */
import { isolate } from '../../src/argv/isolation.ts'
import { jobLine, jobStatusLine, remoteLine } from '../../src/argv/ssh.ts'
import type { Command } from '../../src/ports/shell.ts'
import { isSshFault, type Session } from '../../src/ports/ssh.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import { FACTS, type Folders } from '../../src/release/facts.ts'
import type { PlannedStep } from '../../src/release/plan.ts'
import { visible } from '../../src/release/redact.ts'
import { actionText } from '../../src/runners/action-text.ts'
import { describeStep } from '../../src/runners/dry-run.ts'
import { factsFor } from '../../src/runners/facts.ts'
import type { Action, Ports } from '../../src/runners/step.ts'
import { RUNNERS } from '../../src/runners/table.ts'

/** One thing that a step did to the world outside its own head. */
export type Deed = { readonly step: string } & (
  | { readonly do: 'command'; readonly command: Command }
  | { readonly do: 'remote'; readonly host: string; readonly line: string; readonly input?: string }
  | { readonly do: 'upload'; readonly host: string; readonly from: string; readonly to: string }
  | { readonly do: 'request'; readonly url: string }
)

/** Ports that do what the given ones do, and tell. */
export function watched(step: string, ports: Ports, tell: (deed: Deed) => void): Ports {
  const { shell, ssh, http } = ports
  const session = (host: string, inner: Session): Session => ({
    ...inner,
    exec: (line, options) => {
      tell({ step, do: 'remote', host, line, ...(options?.input !== undefined && { input: options.input }) })
      return inner.exec(line, options)
    },
    upload: (from, to) => {
      tell({ step, do: 'upload', host, from, to })
      return inner.upload(from, to)
    },
  })
  return {
    ...ports,
    shell: {
      run: (command, options) => {
        tell({ step, do: 'command', command })
        return shell.run(command, options)
      },
    },
    ssh: {
      ...ssh,
      connect: async (host) => {
        const opened = await ssh.connect(host)
        return isSshFault(opened) ? opened : session(host.name, opened)
      },
    },
    http: {
      get: (url, options) => {
        tell({ step, do: 'request', url })
        return http.get(url, options)
      },
      download: (url, path, options) => {
        tell({ step, do: 'request', url })
        return http.download(url, path, options)
      },
    },
  }
}

export interface Described {
  /** The deployment as a dry run knows it: the checks are made, nothing else. */
  readonly before: Deployment
  /** The same one at its end, which says what the placeholders stood for. */
  readonly after: Deployment
  readonly folders: Folders
}

/** The deeds that no action of their step describes, each in one line. */
export function undescribed(deeds: readonly Deed[], told: Described): readonly string[] {
  return stepsOf(deeds, told).flatMap(({ actions, own, isSameAs }) =>
    own.filter((deed) => !actions.some((action) => isSameAs(action, deed))).map(lineOf),
  )
}

/** The programs and requests that are described and were not run, each as a dry run prints it. */
export function undone(deeds: readonly Deed[], told: Described): readonly string[] {
  return stepsOf(deeds, told).flatMap(({ id, actions, own, isSameAs }) =>
    actions
      .filter((action) => !['own', 'edit'].includes(action.do) && !own.some((deed) => isSameAs(action, deed)))
      .map((action) => `${id}: ${actionText(action)}`),
  )
}

/** What a dry run prints of a phase. */
export function printed({ before, folders }: Described, phase: string): string {
  const steps = before.plan.filter((planned) => planned.phase === phase)
  const lines = steps.flatMap((planned) => [
    `${planned.id}${planned.gate ? ' (waits for approval)' : ''}`,
    ...describeStep(before, planned, { table: RUNNERS, folders }).map((action) => `  ${actionText(action)}`),
  ])
  return visible(lines.join('\n'))
}

function stepsOf(deeds: readonly Deed[], told: Described) {
  return told.before.plan.map((planned) => {
    const same = filled(planned, told)
    return {
      id: planned.id,
      actions: describeStep(told.before, planned, { table: RUNNERS, folders: told.folders }),
      own: deeds.filter(({ step }) => step === planned.id),
      isSameAs: (action: Action, deed: Deed) => isSame(action, deed, { same, ...told }),
    }
  })
}

interface Circumstances extends Described {
  /** Whether a text is the described one with its placeholders filled in. */
  same(described: string | undefined, real: string | undefined): boolean
}

function isSame(action: Action, deed: Deed, { same, before, folders }: Circumstances): boolean {
  if (action.do === 'command' && deed.do === 'command') {
    const { isolation } = before.project.build
    const place = { home: folders.home, ...(action.cwd !== undefined && { cwd: action.cwd }) }
    const argv = action.isolated ? isolate(action.argv, isolation, action.isolated, place) : action.argv
    const { command } = deed
    const hasEnv = Object.entries(action.env ?? {}).every(([name, value]) => same(value, command.env?.[name]))
    return (
      same(JSON.stringify(argv), JSON.stringify(command.argv)) &&
      same(action.cwd, command.cwd) &&
      hasEnv &&
      same(action.input, command.input)
    )
  }
  if (action.do === 'remote' && deed.do === 'remote')
    return (
      action.host === deed.host &&
      same(action.input, deed.input) &&
      linesOf(action).some((line) => same(line, deed.line))
    )
  if (action.do === 'own' && deed.do === 'remote')
    return action.what.startsWith('read the log') && isFollowing(deed.line, same)
  if (action.do === 'upload' && deed.do === 'upload')
    return action.host === deed.host && same(action.from, deed.from) && same(action.to, deed.to)
  if (action.do === 'request' && deed.do === 'request') return same(action.url, deed.url)
  return false
}

/** How a described remote command may arrive: as it is, or as a job that outlives the connection. */
function linesOf({ argv, cwd, env }: Action & { readonly do: 'remote' }): readonly string[] {
  const options = { ...(cwd !== undefined && { cwd }), ...(env && { env }) }
  return [remoteLine(argv, options), jobLine(JOB, argv, options)]
}

/** Asking a job how it stands, from whatever byte of its log. */
function isFollowing(line: string, same: Circumstances['same']): boolean {
  const offset = Number(/ '(\d+)'$/.exec(line)?.[1])
  return same(jobStatusLine(JOB, offset), line)
}

const JOB = `${FACTS.job}/deploy`

/** What only the step itself knows, since makepkg names it. */
const BUILT = '<built package>'

/** Compares with every placeholder filled by the value that the run left, and by anything where it left none. */
function filled({ item }: PlannedStep, { after, folders }: Described): Circumstances['same'] {
  const { known } = factsFor(after, item === undefined ? {} : { item }, { folders, dryRun: true })
  const values = new Map(
    Object.entries(FACTS).map(([name, placeholder]) => [placeholder as string, known[name as keyof typeof FACTS]]),
  )
  const placeholders = new RegExp(`(${[...values.keys(), BUILT].map(escaped).join('|')})`)
  return (described, real) => {
    if (described === undefined || real === undefined) return described === real
    const parts = described.split(placeholders).map((part) => {
      const value = values.get(part) ?? (part === BUILT ? BUILT : undefined)
      if (value === undefined) return escaped(part)
      return value === part ? '.+' : escaped(value)
    })
    return new RegExp(`^${parts.join('')}$`, 's').test(real)
  }
}

function lineOf(deed: Deed): string {
  switch (deed.do) {
    case 'command':
      return `${deed.step}: ${deed.command.cwd ?? ''} $ ${deed.command.argv.join(' ')} < ${deed.command.input ?? ''}`
    case 'remote':
      return `${deed.step}: ${deed.host}: ${deed.line} < ${deed.input ?? ''}`
    case 'upload':
      return `${deed.step}: upload ${deed.from} to ${deed.host}:${deed.to}`
    case 'request':
      return `${deed.step}: GET ${deed.url}`
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
