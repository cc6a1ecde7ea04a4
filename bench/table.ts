/** The rows: what is measured, against what in the same run, and what it may be. */
import { acknowledgement } from './acknowledgement.ts'
import { checks } from './checks.ts'
import { longLog } from './long-log.ts'
import type { Finding } from './measure.ts'
import { overhead } from './overhead.ts'
import { pastDeployments } from './past-deployments.ts'
import { manyHosts, oneHost } from './remote-commands.ts'
import { simulatedRelease } from './simulated-release.ts'
import { slowChat } from './slow-chat.ts'
import { start } from './start.ts'
import { wholeRelease } from './whole-release.ts'

export interface Goal {
  readonly most: number
  readonly least?: number
}

/** By what it is compared with; undefined where that is not installed. */
export type Findings = Readonly<Record<string, Finding | undefined>>

export interface Row {
  readonly title: string
  readonly goals: Readonly<Record<string, Goal>>
  measure(): Promise<Findings>
}

/** Holds a workload to goals for just what it measures. */
function row<K extends string>(
  title: string,
  measure: () => Promise<Readonly<Record<K, Finding | undefined>>>,
  goals: Readonly<Record<NoInfer<K>, Goal>>,
): Row {
  return { title, measure, goals }
}

export const ROWS: readonly Row[] = [
  row('overhead a step: 30 steps of `true`, durable journal on', overhead, {
    'a bare spawn with one fdatasync a step': { most: 2 },
    Ansible: { most: 0.03 },
  }),
  row('12 remote commands, one host', oneHost, {
    'bash with ControlMaster, loopback': { most: 1.1 },
    'bash with ControlMaster, 30 ms round trip': { most: 1.1 },
    Capistrano: { most: 0.5 },
  }),
  row('12 remote commands on each of many hosts', manyHosts, {
    'bash with ControlMaster, 10 hosts': { most: 0.7 },
    'bash with ControlMaster, 50 hosts': { most: 0.45 },
  }),
  row('1 GiB of log from a build step, five secrets masked', longLog, {
    "sh -c 'cmd > file'": { most: 2.5 },
    'peak resident memory, MB': { most: 150 },
    'the same with 10 MB': { most: 1.1 },
  }),
  row('six checks of 50 ms', checks, { 'the slowest one alone': { most: 1.3 } }),
  row('acknowledgement beside a build that prints 10 000 lines a second', acknowledgement, {
    'Slack, p50': { most: 1.5 },
    'Slack, p99': { most: 3 },
    'Discord, p50': { most: 1.5 },
    'Discord, p99': { most: 3 },
    'lines a second in the log': { least: 9_500, most: 10_500 },
  }),
  row('with 10 000 past deployments, against 10', pastDeployments, {
    start: { most: 1.2 },
    '/status': { most: 1.2 },
    'one event appended': { most: 1.2 },
  }),
  row('a simulated release, every planned minute 100 ms', simulatedRelease, {
    'its critical path': { most: 1.03, least: 1 },
  }),
  row('a whole release of the sandbox, each build 2 s of CPU', wholeRelease, {
    'a shell script, one after the other': { most: 0.8 },
  }),
  row('a chat that answers after 2 s or never, against a fast one', slowChat, {
    'slow, start to gate': { most: 1.02 },
    'slow, approval to end': { most: 1.02 },
    'dead, start to gate': { most: 1.02 },
    'dead, approval to end': { most: 1.02 },
  }),
  row('a bot at rest, against a bare Bolt and discord.js process', start, {
    'start to ready': { most: 1.3 },
    'memory at rest': { most: 1.3 },
  }),
]
