/** Row 10: a release that is told in a chat which answers late, or not at all, and is approved in the terminal. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planFor } from '../src/release/plan/expand.ts'
import { attachSlack } from '../test/slack-server/bot.ts'
import { createSlackServer } from '../test/slack-server/server.ts'
import { CHANNEL } from '../test/slack-server/state.ts'
import { ANA } from '../test/stories/slack-scene.ts'
import { interleaved, ratioOf } from './measure.ts'
import { openLink } from './parts/delay-proxy.ts'
import { oneHost } from './parts/sample-project.ts'
import { simulate } from './parts/simulated.ts'

const MINUTE_MS = 50
/** The slow chat's first answer comes before the gate opens. */
const MINUTE_TO_GATE_MS = 70
const ROUNDS = 3
/** What a chat takes to answer, ms. */
const CHATS = { fast: 0, slow: 2_000, dead: Number.POSITIVE_INFINITY }

export async function slowChat() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  let count = 0
  const toTheEnd: Record<keyof typeof CHATS, number[]> = { fast: [], slow: [], dead: [] }
  const told = (chat: keyof typeof CHATS) => async () => {
    count += 1
    const { toGate, toEnd } = await release(join(folder, `data-${count}`), CHATS[chat])
    toTheEnd[chat].push(toEnd)
    return toGate
  }
  try {
    const toTheGate = await interleaved(ROUNDS, { fast: told('fast'), slow: told('slow'), dead: told('dead') })
    return {
      'slow, start to gate': ratioOf(toTheGate.slow, toTheGate.fast),
      'slow, approval to end': ratioOf(toTheEnd.slow, toTheEnd.fast),
      'dead, start to gate': ratioOf(toTheGate.dead, toTheGate.fast),
      'dead, approval to end': ratioOf(toTheEnd.dead, toTheEnd.fast),
    }
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

async function release(dataFolder: string, answersAfterMs: number) {
  const server = await createSlackServer(ANA)
  const link = await openLink({ host: '127.0.0.1', port: Number(new URL(server.apiUrl).port) }, answersAfterMs)
  const { slack } = await attachSlack(server, 'http', { apiUrl: `http://127.0.0.1:${link.port}/api/` })
  const {
    startedAt = 0,
    endedAt = 0,
    gates,
  } = await simulate({
    project: oneHost,
    plan: planFor(oneHost),
    dataFolder,
    place: { platform: 'slack', channel: CHANNEL },
    chats: [slack],
    run: ({ ports, signal, deployment }, { minutes }) =>
      ports.clock.sleep(minutes * (deployment.gates.length === 0 ? MINUTE_TO_GATE_MS : MINUTE_MS), signal),
  })
  await link.close()
  await server.close()
  const [gate] = gates
  const approvedAt = gate?.presses.at(-1)?.at ?? 0
  return { toGate: (gate?.openedAt ?? 0) - startedAt, toEnd: endedAt - approvedAt }
}
