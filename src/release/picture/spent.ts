/** Time that was spent, in words as short as a picture has room for. */
import { lasting } from '../report/view.ts'

/** `< 1 s`, `20 s`, `3 min 20 s`, `35 min`, `1 h 35 min`. */
export function spent(minutes: number): string {
  const seconds = Math.round(minutes * 60)
  if (seconds < 1) return '< 1 s'
  if (seconds < 60) return `${seconds} s`
  if (seconds >= 600) return lasting(minutes)
  const rest = seconds % 60
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`
}
