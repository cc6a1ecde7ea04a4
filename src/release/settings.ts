/** The settings of a project by name, as slipway.yaml nests them, and what differs between two of them. */
import { differences, digestOf } from './approvals.ts'
import type { Deployment } from './deployment.ts'
import type { NewEvent } from './event.ts'
import type { ChangedSetting, Project } from './project.ts'
import { cutLine, oneLine } from './text.ts'

/** As many as are read on a phone. */
const SHOWN = 6
const LONGEST_NAME = 80
const LONGEST_VALUE = 60
/** What is shown before the first character that differs, where a value is too long to be shown whole. */
const LEAD = 15

/** Whether a setting says who may ask, answer or cancel, or where. */
export function isRule(name: string): boolean {
  return /^(?:roles|people|access|approvals|mirror|channels)(?:\.|$)/.test(name)
}

/**
 * The event that tells of a changed configuration; undefined where it is what the deployment began with. `mask` hides secrets, before
 * anything is cut: a part of one would not be known for it.
 */
export function reconfigured(
  { project }: Pick<Deployment, 'project'>,
  now: Project | undefined,
  at: number,
  mask: (text: string) => string = (text) => text,
): (NewEvent & { readonly type: 'reconfigured' }) | undefined {
  const before = settingsOf(project)
  const after = now === undefined ? {} : settingsOf(now)
  const digest = digestOf(after)
  if (now === undefined) return { type: 'reconfigured', digest, changes: [], more: 0, gone: true, at }
  const names = differences(before, after).toSorted((a, b) => Number(isRule(b)) - Number(isRule(a)))
  if (names.length === 0) return undefined
  const shown = (text: string | undefined) => (text === undefined ? undefined : oneLine(mask(text)))
  const changes = names.slice(0, SHOWN).map((name) => changed(name, shown(before[name]), shown(after[name]), mask))
  return { type: 'reconfigured', digest, changes, more: names.length - changes.length, at }
}

function changed(
  name: string,
  before: string | undefined,
  after: string | undefined,
  mask: (text: string) => string,
): ChangedSetting {
  const from = firstDifference(before, after)
  return {
    name: cutLine(oneLine(mask(name)), LONGEST_NAME),
    ...(before !== undefined && { before: around(before, from) }),
    ...(after !== undefined && { after: around(after, from) }),
  }
}

function firstDifference(one = '', other = ''): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}

/** Two long values that begin alike would be cut to the same text. */
function around(text: string, from: number): string {
  if (text.length <= LONGEST_VALUE || from <= LEAD) return cutLine(text, LONGEST_VALUE)
  return `…${cutLine(text.slice(from - LEAD), LONGEST_VALUE)}`
}

/** Every setting and its value as text. What is not set and what is empty are the same: a newer Slipway knows further settings. */
export function settingsOf(project: Project): Readonly<Record<string, string>> {
  const { verify, ...others } = project
  const { deadlineMinutes: deadline, ...looks } = verify
  return Object.fromEntries(leavesOf({ ...others, verify: { ...looks, deadline } }, ''))
}

function leavesOf(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (value === undefined || value === null || value === '') return []
  if (typeof value === 'string') return [[name, value]]
  if (typeof value !== 'object') return [[name, String(value)]]
  if (Array.isArray(value) && !value.every(isObject)) return [[name, JSON.stringify(value)]]
  const inside = Array.isArray(value) ? named(value) : Object.entries(value)
  return inside.flatMap(([key, inner]) => leavesOf(inner, name === '' ? key : `${name}.${key}`))
}

/** Hosts and targets go by their names, so that one more before them is not a change of all; other items by their place. */
function named(items: readonly object[]): readonly (readonly [string, unknown])[] {
  const names = items.map((item) => ('name' in item && typeof item.name === 'string' ? item.name : ''))
  const isTold = new Set(names).size === items.length && !names.includes('')
  return items.map((item, at) => (isTold ? [names[at] ?? '', { ...item, name: undefined }] : [String(at + 1), item]))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
