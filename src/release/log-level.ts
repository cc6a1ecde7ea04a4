/** How much of what Slipway says of itself is written down: everything of a level, and of what is worse. */

/** The worst first. */
export const LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type Level = (typeof LEVELS)[number]

/** A line for whoever runs the machine; without a level it is a warning. */
export type Log = (line: string, level?: Level) => void

/** A log that lets through what is of this level or worse. */
export function leveled(most: Level, write: (line: string) => void): Log {
  return (line, level = 'warn') => {
    if (LEVELS.indexOf(level) <= LEVELS.indexOf(most)) write(line)
  }
}
