/** What Discord refuses in a message, as its own validation does: the limits of content, embeds, components and files. */

export interface MessageBody {
  readonly content?: string
  readonly embeds?: readonly Embed[]
  readonly components?: readonly Row[]
  readonly allowed_mentions?: {
    readonly parse?: readonly string[]
    readonly users?: readonly string[]
    readonly roles?: readonly string[]
  }
  readonly nonce?: string
  readonly enforce_nonce?: boolean
  readonly flags?: number
  readonly attachments?: readonly { readonly id: number | string; readonly filename?: string }[]
}

interface Embed {
  readonly title?: string
  readonly description?: string
  readonly fields?: readonly { readonly name: string; readonly value: string }[]
  readonly footer?: { readonly text: string }
  readonly color?: number
}

interface Row {
  readonly type: number
  readonly components: readonly Part[]
}

interface Part {
  readonly type: number
  readonly style?: number
  readonly label?: string
  readonly custom_id?: string
  readonly disabled?: boolean
}

/** Everything wrong with a message, as sentences; empty for a valid one. `files`: how many come with it. */
export function faultsOf(body: MessageBody, files = 0): readonly string[] {
  const { content = '', embeds = [], components = [] } = body
  const ids = components.flatMap((row) => row.components.map(({ custom_id }) => custom_id))
  const total = embeds.flatMap(textsOf).reduce((sum, text) => sum + text.length, 0)
  return [
    ...over('content', content, 0, 2000),
    ...when(embeds.length > 10, 'more than 10 embeds'),
    ...when(total > 6000, `embeds hold ${total} characters`),
    ...embeds.flatMap(embedFaults),
    ...when(components.length > 5, 'more than 5 rows'),
    ...components.flatMap(rowFaults),
    ...when(new Set(ids).size < ids.length, 'a custom_id stands twice'),
    ...when(isEmpty(body, files), '50006 the message is empty'),
    ...when(files > 10, 'more than 10 files'),
    ...over('nonce', body.nonce ?? '', 0, 25),
    ...when(body.enforce_nonce === true && (body.nonce ?? '') === '', 'enforce_nonce without a nonce'),
    ...mentionFaults(body),
    ...when(!JSON.stringify(body).isWellFormed(), 'half a character'),
    ...when(/\\ud[89a-f]/i.test(JSON.stringify(body)), 'half a character'),
  ]
}

interface Modal {
  readonly custom_id: string
  readonly title: string
  readonly components: readonly {
    readonly components: readonly { readonly type: number; readonly label: string; readonly placeholder?: string }[]
  }[]
}

/** Everything wrong with a form. */
export function modalFaults({ custom_id, title, components }: Modal): readonly string[] {
  const fields = components.flatMap((row) => row.components)
  return [
    ...over('custom_id', custom_id, 1, 100),
    ...over('title', title, 1, 45),
    ...when(components.length < 1 || components.length > 5, `${components.length} fields`),
    ...fields.flatMap(({ type, label, placeholder = 'x' }) => [
      ...when(type !== 4, 'no field'),
      ...over('label', label, 1, 45),
      ...over('placeholder', placeholder, 1, 100),
    ]),
  ]
}

/** Everything wrong with a thread. */
export function threadFaults(body: {
  readonly name?: string
  readonly auto_archive_duration?: number
}): readonly string[] {
  const { name = '', auto_archive_duration = 60 } = body
  return [
    ...over('name', name, 1, 100),
    ...when(!name.isWellFormed() || name.includes('\ufffd'), 'half a character'),
    ...when(![60, 1440, 4320, 10080].includes(auto_archive_duration), 'no such duration'),
  ]
}

/** Everything wrong with what is suggested for a field. */
export function choiceFaults({
  choices,
}: {
  readonly choices: readonly { readonly name: string; readonly value: string | number }[]
}): readonly string[] {
  return [
    ...when(choices.length > 25, 'more than 25 choices'),
    ...choices.flatMap(({ name, value }) => [...over('name', name, 1, 100), ...over('value', String(value), 1, 100)]),
  ]
}

/** Ids that the message would ping: those that stand in the content and are allowed. */
export function pingsOf({ content = '', allowed_mentions }: MessageBody): readonly string[] {
  const parse = allowed_mentions === undefined ? ['everyone', 'users', 'roles'] : (allowed_mentions.parse ?? [])
  const found = [...content.matchAll(/<@(&?)!?(\d+)>/g)]
  const mentioned = found.filter(([, role, id = '']) => {
    const [kind, ids] = role === '&' ? ['roles', allowed_mentions?.roles] : ['users', allowed_mentions?.users]
    return parse.includes(kind as string) || ids?.includes(id) === true
  })
  const everyone = parse.includes('everyone') && /@(everyone|here)/.test(content) ? ['everyone'] : []
  return [...mentioned.map(([, , id = '']) => id), ...everyone]
}

function embedFaults({ title, description, fields = [], footer, color }: Embed): readonly string[] {
  return [
    ...over('title', title ?? 'x', 1, 256),
    ...over('description', description ?? 'x', 1, 4096),
    ...over('footer', footer?.text ?? 'x', 1, 2048),
    ...when(fields.length > 25, 'more than 25 fields'),
    ...fields.flatMap(({ name, value }) => [...over('name', name, 1, 256), ...over('value', value, 1, 1024)]),
    ...when(title === undefined && description === undefined && fields.length === 0, 'an empty embed'),
    ...when(color !== undefined && !(color >= 0 && color <= 0xffffff), 'no such colour'),
  ]
}

function rowFaults({ type, components }: Row): readonly string[] {
  return [
    ...when(type !== 1, 'a row is of type 1'),
    ...when(components.length < 1 || components.length > 5, `${components.length} buttons in a row`),
    ...components.flatMap((part) => [
      ...when(part.type !== 2 || ![1, 2, 3, 4].includes(part.style ?? 0), 'no button'),
      ...over('label', part.label ?? '', 1, 80),
      ...over('custom_id', part.custom_id ?? '', 1, 100),
    ]),
  ]
}

/** What is named twice, once in general and once by id, is refused by Discord. */
function mentionFaults({ allowed_mentions: allowed }: MessageBody): readonly string[] {
  if (allowed === undefined) return []
  const lists = [allowed.users ?? [], allowed.roles ?? []]
  return [
    ...when(
      lists.some((ids) => ids.length > 100),
      'more than 100 mentions',
    ),
    ...when(
      lists.some((ids) => new Set(ids).size < ids.length),
      'a mention stands twice',
    ),
    ...when((allowed.parse ?? []).includes('users') && lists[0]?.length !== 0, 'users are allowed twice'),
  ]
}

function isEmpty({ content = '', embeds = [], components = [] }: MessageBody, files: number): boolean {
  return content.trim() === '' && embeds.length === 0 && components.length === 0 && files === 0
}

function textsOf({ title = '', description = '', fields = [], footer }: Embed): readonly string[] {
  return [title, description, footer?.text ?? '', ...fields.flatMap(({ name, value }) => [name, value])]
}

/** Discord trims before it counts what is missing. */
function over(name: string, text: string, least: number, most: number): readonly string[] {
  const isRight = text.trim().length >= least && text.length <= most
  return when(!isRight, `${name} has ${text.length} characters`)
}

function when(isWrong: boolean, fault: string): readonly string[] {
  return isWrong ? [fault] : []
}
