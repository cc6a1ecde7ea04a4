/** Whether a program is asked what it does, as people ask every program. */
export function isHelp([first]: readonly string[]): boolean {
  return first === '--help' || first === '-h'
}
