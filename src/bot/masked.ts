/** The two doors through which texts leave: cards to people, events to the journal. What is secret passes neither. */
import type { Chat } from '../ports/chat.ts'
import type { Card } from '../release/card.ts'
import type { NewEvent } from '../release/event.ts'
import type { GateContent } from '../release/gate.ts'
import { everyText } from '../release/text.ts'

type Mask = (text: string) => string

/** A chat that shows no secret and hears none: what somebody pastes into a command is neither answered nor written down. */
export function maskedChat(chat: Chat, mask: Mask): Chat {
  return {
    ...chat,
    post: (place, card, key) => chat.post(place, maskedCard(card, mask), key),
    update: (message, card, key) => chat.update(message, maskedCard(card, mask), key),
    answer: (incoming, card, audience) => chat.answer(incoming, maskedCard(card, mask), audience),
    start: (handle, ...others) =>
      chat.start((incoming) => handle({ ...incoming, text: mask(incoming.text) }), ...others),
  }
}

/** What came of an effect. What a gate binds stays as it is: it is compared, and the configuration holds no secret. */
export function maskedEvent(event: NewEvent, mask: Mask): NewEvent {
  if (event.type === 'asked') return { ...event, content: maskedContent(event.content, mask) }
  if (event.type !== 'settled') return event
  const { outcome } = event
  if (!('changed' in outcome)) return { ...event, outcome: everyText(outcome, mask) }
  return { ...event, outcome: { ...outcome, changed: maskedContent(outcome.changed, mask) } }
}

function maskedContent(content: GateContent, mask: Mask): GateContent {
  return { ...content, card: everyText(content.card, mask) }
}

/** Buttons stay: a press has to come back as it was sent. */
function maskedCard(card: Card, mask: Mask): Card {
  const { title, sections, files } = card
  return { ...card, ...everyText({ title, sections, files }, mask) }
}
