/** A release that the demo plays by itself: it types what a person would, and reads the answers on the screen as a person does. */
import type { Chat } from '../src/ports/chat.ts'
import type { Card } from '../src/release/card.ts'

/** Asks for each release, approves it, and has the last one verified once more. The exit code. */
export async function play(
  type: (line: string) => void,
  bot: { idle(): Promise<unknown> },
  reader: ReturnType<typeof readAlong>,
  versions: readonly string[],
): Promise<number> {
  for (const version of versions) {
    const { question, result } = reader.next()
    type(`/deploy ${version}`)
    type(`/${await question}`)
    const ended = await result
    await bot.idle()
    if (ended !== 'good') return 1
  }
  type('/verify')
  return (await reader.verified) === 'good' ? 0 : 1
}

/** Passes cards on to the terminal, and notices the question and the result of the release that is next, and the verification. */
export function readAlong(terminal: Chat) {
  let question = Promise.withResolvers<string>()
  let result = Promise.withResolvers<Card['tone']>()
  const verified = Promise.withResolvers<Card['tone']>()
  const read = (card: Card, key: string) => {
    const approve = card.buttons.find(({ gate, command }) => gate !== undefined && command.startsWith('approve'))
    if (approve !== undefined) question.resolve([approve.command, approve.types ?? ''].join(' ').trim())
    if (!/\/(result|problems:)/.test(key)) return
    question.resolve('status')
    result.resolve(card.tone)
  }
  const chat: Chat = {
    ...terminal,
    post: async (place, card, key) => {
      const message = await terminal.post(place, card, key)
      read(card, key)
      return message
    },
    answer: async (incoming, card, audience) => {
      await terminal.answer(incoming, card, audience)
      if (incoming.text.startsWith('verify')) verified.resolve(card.tone)
      else if (card.tone === 'bad') read(card, '/result')
    },
  }
  const next = () => {
    question = Promise.withResolvers()
    result = Promise.withResolvers()
    return { question: question.promise, result: result.promise }
  }
  return { chat, next, verified: verified.promise }
}
