/** How commands are spelled in Slack, and what of a delivery is which part of a command. */
/** The app's own slash commands; everything else is said as `/slipway …`, since many names are Slack's own. */
export const SLASH_COMMANDS = ['deploy', 'verify', 'rollback', 'slipway'] as const

export function spell(command: string): string {
  const [name = ''] = command.split(' ')
  return SLASH_COMMANDS.some((own) => own === name) ? `/${command}` : `/slipway ${command}`
}

/** The words of a slash command. An app may have given its command another name: that one takes any words, as `/slipway` does. */
export function wordsOf(command: string, text: string): string {
  const name = command.replace(/^\//, '')
  const isOwn = name !== 'slipway' && SLASH_COMMANDS.some((own) => own === name)
  return unescaped(isOwn ? `${name} ${text}`.trim() : text.trim())
}

/** Slack writes `&`, `<` and `>` as entities in what people type. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
