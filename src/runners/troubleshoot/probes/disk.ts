/** Is there room, here and on a server? A disk that was full in the middle of a step may have room again: what the step said counts. */
import { dirname } from 'node:path'
import { isProblem } from '../../../release/problems.ts'
import { dfOf, existing, MEGABYTE, roomOf, sizeOf } from '../../free-space.ts'
import type { Action } from '../../step.ts'
import { enter, failed, hostOf } from '../../vps/server.ts'
import { answer, blind, causeOf, fullDiskLine, probe } from '../probe.ts'

/** Below this no clone and no package has room. */
const LEAST_HERE = 256 * MEGABYTE
const LEAST_THERE = 100 * MEGABYTE

export const disk = probe({
  describe: ({ folders }) => ({ look: { do: 'own', what: `free space at ${folders.builds}` } satisfies Action }),
  async look(context) {
    const { facts, ports, deployment } = context
    const free = await ports.files.freeBytes(await existing(context, facts.folders.builds))
    const cause = causeOf(deployment)
    const line = cause.planned?.phase === 'vps' ? undefined : fullDiskLine(cause)
    const said = line === undefined ? '' : `; the step that failed said: ${line}`
    const found = `${sizeOf(free)} are free below ${dirname(facts.folders.builds)}${said}`
    return answer(line !== undefined || free < LEAST_HERE ? 'full' : 'room', found)
  },
})

export const serverDisk = probe({
  describe: (facts) => ({ look: dfOf(hostOf(facts)) }),
  async look(context) {
    const { facts, actions, deployment } = context
    const server = await enter(context)
    if (isProblem(server)) return failed(context, server)
    const exit = await server.ask(actions.look)
    if (isProblem(exit)) return failed(context, exit)
    const room = roomOf(exit.stdout, server.host)
    if (room === undefined) return blind(`df on ${facts.item} named no free space`)
    const cause = causeOf(deployment)
    const line = cause.planned?.item === facts.item ? fullDiskLine(cause) : undefined
    const said = line === undefined ? '' : `; the step that failed said: ${line}`
    const found = `${sizeOf(room.free)} are free at ${room.folder} on ${facts.item}${said}`
    return answer(line !== undefined || room.free < LEAST_THERE ? 'full' : 'room', found)
  },
})
