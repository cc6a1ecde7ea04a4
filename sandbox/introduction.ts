/** What the demo says before anything else. */
import { flowed } from '../adapters/layout/columns.ts'

/** Its lines; for a person who is going to type, as wide as the window and with what to type. */
export function introduction(
  folder: string,
  facts: readonly string[],
  person?: { readonly columns: number; readonly version: string },
): readonly string[] {
  const lines = [
    'Slipway demo: a whole release of a small product called Harbour, from 3.1.2 to 3.1.3.',
    `Everything happens in ${folder} and on 127.0.0.1; nothing of yours is touched.`,
    ...facts.map((fact) => `- ${fact}`),
  ]
  if (person === undefined) return lines
  const typed = `Type /deploy ${person.version} and press Enter. /help shows everything, Ctrl-C twice leaves.`
  return [...lines, '', typed, ''].flatMap((line) => flowed(line, person.columns))
}
