/** A thread as Slack lists it: from its first message on, page by page. */
import type { Calls, Outcome, Reply } from './calls.ts'

const PAGE = 200
/** As many pages as are read: a thread of a deployment that reminds every hour for a month fits. */
const PAGES = 5

/** The messages of a thread, with the metadata that their own app wrote. */
export async function readThread(calls: Calls, channel: string, ts: string): Promise<Outcome<readonly unknown[]>> {
  const found: unknown[] = []
  let cursor = ''
  for (let page = 0; page < PAGES; page += 1) {
    const about = { channel, ts, limit: PAGE, include_all_metadata: true, ...(cursor !== '' && { cursor }) }
    const listed = await calls.call('conversations.replies', about)
    if (!listed.ok) return listed
    found.push(...messagesIn(listed.value))
    cursor = cursorIn(listed.value)
    if (cursor === '') break
  }
  return { ok: true, value: found }
}

export function messagesIn({ messages }: Reply): readonly unknown[] {
  return Array.isArray(messages) ? messages : []
}

function cursorIn({ response_metadata: metadata }: Reply): string {
  const { next_cursor: next } = (metadata ?? {}) as { readonly next_cursor?: unknown }
  return typeof next === 'string' ? next : ''
}
