/** What of a step's log a person should see first. */
import type { Files } from '../ports/files.ts'
import type { LogExcerpt } from '../release/deployment.ts'
import { cutLine } from '../release/text.ts'

const ERRORS = 10
const TAIL = 15
const WIDEST = 300

/** Lines that look like the reason of a failure, in the words of compilers, git, makepkg, ssh and shells. */
const ERROR =
  /\b(error|fatal|failed|failure|cannot|could not|denied|refused|rejected|not found|no such file|syntax error|exception|panic)\b/i

/** The error-looking lines and the end of a log, from its last 256 KiB; lines are cut where they are too wide to read. */
export async function excerpt(files: Files, file: string): Promise<LogExcerpt> {
  const lines = (await files.exists(file)) ? await files.tail(file, 2000, 256 * 1024) : []
  const written = lines.map((line) => cutLine(line, WIDEST)).filter((line) => line.trim() !== '')
  const errors = written.filter((line) => ERROR.test(line))
  return { file, errors: errors.slice(-ERRORS), tail: written.slice(-TAIL) }
}
