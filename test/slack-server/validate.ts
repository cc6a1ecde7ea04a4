/** What Slack refuses in a message, by its own documents: https://docs.slack.dev/reference/block-kit */

/** As it came over the wire: nothing of it can be relied on. */
type Loose = { readonly [key: string]: unknown }

const BLOCKS = 50
const TOTAL = 13_000
const IDS = 255

/** The faults of a message's blocks, attachments and text, each as a sentence; none for a message that Slack takes. */
export function faultsOfMessage(message: Loose, kind: 'post' | 'update'): readonly string[] {
  const blocks = listOf(message.blocks)
  const attachments = listOf(message.attachments)
  const inside = attachments.flatMap((each) => listOf(each.blocks))
  const all = [...blocks, ...inside]
  const text = String(message.text ?? '')
  const isEmpty = text === '' && all.length === 0
  return [
    ...(isEmpty ? ['no_text'] : []),
    ...(kind === 'update' && text.length > 4_000 ? [`msg_too_long: the text has ${text.length} characters`] : []),
    ...(text.length > 40_000 ? [`the text has ${text.length} characters and would be cut`] : []),
    ...(all.length > BLOCKS ? [`${all.length} blocks, at most ${BLOCKS}`] : []),
    ...(JSON.stringify(all).length > TOTAL * 3 || lettersOf(all) > TOTAL
      ? [`msg_blocks_too_long: ${lettersOf(all)} characters`]
      : []),
    ...all.flatMap((block, index) => faultsOfBlock(block).map((fault) => `block ${index}: ${fault}`)),
    ...twice(all),
  ]
}

/** The faults of a form that opens over the channel. */
export function faultsOfView(view: Loose): readonly string[] {
  return [
    ...(view.type === 'modal' ? [] : ['a view has the type modal']),
    ...textFaults(view.title, 'title', 24, ['plain_text']),
    ...(view.submit === undefined ? [] : textFaults(view.submit, 'submit', 24, ['plain_text'])),
    ...(view.close === undefined ? [] : textFaults(view.close, 'close', 24, ['plain_text'])),
    ...(String(view.private_metadata ?? '').length > 3_000 ? ['private_metadata has more than 3000 characters'] : []),
    ...(String(view.callback_id ?? '').length > IDS ? ['callback_id is too long'] : []),
    ...listOf(view.blocks).flatMap(faultsOfBlock),
  ]
}

const BLOCK_FAULTS: Readonly<Record<string, (block: Loose) => readonly string[]>> = {
  header: ({ text }) => textFaults(text, 'header', 150, ['plain_text']),
  section: ({ text, fields }) => [
    ...(text === undefined && fields === undefined ? ['a section without text and fields'] : []),
    ...(text === undefined ? [] : textFaults(text, 'section', 3_000)),
    ...(fields === undefined ? [] : count(listOf(fields), 'fields', 10)),
    ...listOf(fields).flatMap((field) => textFaults(field, 'field', 2_000)),
  ],
  context: ({ elements }) => [
    ...count(listOf(elements), 'elements of a context', 10),
    ...listOf(elements).flatMap((element) => textFaults(element, 'context', 3_000)),
  ],
  actions: ({ elements }) => [
    ...count(listOf(elements), 'elements of actions', 25),
    ...listOf(elements).flatMap(faultsOfButton),
  ],
  divider: () => [],
  input: ({ label, element }) => [
    ...textFaults(label, 'label', 2_000, ['plain_text']),
    ...(isLoose(element) && element.type === 'plain_text_input' ? [] : ['an input without its element']),
  ],
}

function faultsOfBlock(block: Loose): readonly string[] {
  const own = BLOCK_FAULTS[String(block.type)]
  if (own === undefined) return [`invalid_blocks: no block has the type ${String(block.type)}`]
  return [...own(block), ...(String(block.block_id ?? '').length > IDS ? ['block_id is too long'] : [])]
}

function faultsOfButton(element: Loose): readonly string[] {
  const { type, action_id, value, style, text } = element
  return [
    ...(type === 'button' ? [] : [`no element has the type ${String(type)}`]),
    ...textFaults(text, 'button', 75, ['plain_text']),
    ...(String(action_id ?? '').length > IDS ? ['action_id is too long'] : []),
    ...(String(value ?? '').length > 2_000 ? ['the value of a button is too long'] : []),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : [`no style is ${String(style)}`]),
  ]
}

function textFaults(text: unknown, where: string, most: number, types = ['plain_text', 'mrkdwn']): readonly string[] {
  if (!isLoose(text) || typeof text.text !== 'string') return [`the ${where} has no text`]
  const letters = text.text
  return [
    ...(types.includes(String(text.type)) ? [] : [`the ${where} is ${String(text.type)}`]),
    ...(letters.trim() === '' ? [`the ${where} is empty`] : []),
    ...(letters.length > most ? [`the ${where} has ${letters.length} characters, at most ${most}`] : []),
    ...(letters.isWellFormed() ? [] : [`the ${where} holds half a character`]),
    ...(/[\ue000\ue001]/.test(letters) ? [`the ${where} holds a mark of ours`] : []),
  ]
}

function count(elements: readonly Loose[], what: string, most: number): readonly string[] {
  if (elements.length === 0) return [`no ${what}`]
  return elements.length > most ? [`${elements.length} ${what}, at most ${most}`] : []
}

function twice(blocks: readonly Loose[]): readonly string[] {
  const ids = blocks.flatMap(({ elements }) =>
    listOf(elements).flatMap(({ action_id }) => (typeof action_id === 'string' ? [action_id] : [])),
  )
  return new Set(ids).size === ids.length ? [] : ['two buttons have one action_id']
}

function lettersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + lettersOf(each), 0)
  if (!isLoose(value)) return 0
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : lettersOf(each)),
    0,
  )
}

export function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.filter(isLoose) : []
}

export function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
