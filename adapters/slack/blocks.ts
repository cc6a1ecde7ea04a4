/** The blocks of a message, as far as cards need them: https://docs.slack.dev/reference/block-kit/blocks */

export interface Text {
  readonly type: 'plain_text' | 'mrkdwn'
  readonly text: string
  readonly emoji?: false
  readonly verbatim?: true
}

export interface ButtonElement {
  readonly type: 'button'
  readonly action_id: string
  readonly text: Text
  readonly value: string
  readonly style?: 'primary' | 'danger'
}

export type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text?: Text; readonly fields?: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }
  | { readonly type: 'actions'; readonly elements: readonly ButtonElement[] }

export function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) }
}

/** Text that is written as it has to be: Slack looks for nothing else to act upon in it. */
export function mrkdwn(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true }
}
