import { stat } from 'node:fs/promises'

/** Whether anything is at a path, as far as this account can see. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
