/** Command lines for a person to copy into a shell: nothing that Slipway runs itself passes through this. */
import type { Argv } from './project.ts'
import { filledIn } from './text.ts'

export function line(argv: Argv): string {
  return argv.map(word).join(' ')
}

/** One argument; quoted only where a shell would read it otherwise. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text)
}

/**
 * A template with its values put in, each as one argument whatever it holds, but for those that are a line already. What stands
 * between quotes in the template is read by a second shell, on a server.
 */
export function lineFrom(template: string, values: Readonly<Record<string, string | number>>): string {
  const filled = (text: string) => filledIn(text, values, argumentFor)
  return template.replace(/'([^']*)'|[^']+/g, (part, inner) => (inner ? quoted(filled(inner)) : filled(part)))
}

const LINES: ReadonlySet<string> = new Set(['command', 'install', 'shell'])

/** The home that a path begins with is the shell's to find. */
function argumentFor(value: string, name: string): string {
  if (LINES.has(name)) return value
  return value.startsWith('~/') ? `~/${word(value.slice(2))}` : word(value)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
