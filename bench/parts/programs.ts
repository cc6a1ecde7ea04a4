/** Programs that a row is compared with, and processes of our own that it looks at. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { attempt } from '../../test/sandbox/attempt.ts'

/** Whether a program is on PATH. */
export function installed(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, program)))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Runs a program that has to end well; what it printed. */
export async function runProgram(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, options)
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stdout}${stderr}`)
  return stdout
}
