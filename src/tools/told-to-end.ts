/** The signals that end a bot: the first in order, another one at once, as if it had been killed. */

const ENDINGS = ['SIGTERM', 'SIGINT'] as const

/** A signal to the whole group comes twice, since npm passes on its own: what comes so soon is the same word. */
const SAME_WORD_MS = 1_000

/** Resolves when this process is told to end. */
export function toldToEnd(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let first: number | undefined
  const hear = (signal: NodeJS.Signals) => {
    first ??= Date.now()
    resolve()
    if (Date.now() - first < SAME_WORD_MS) return
    for (const ending of ENDINGS) process.off(ending, hear)
    process.kill(process.pid, signal)
  }
  for (const ending of ENDINGS) process.on(ending, hear)
  return promise
}
