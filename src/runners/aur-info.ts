/** What the AUR says of a package, through its RPC: its version and who maintains it. */
import type { Http } from '../ports/http.ts'
import type { Aur } from '../release/project.ts'

export type AurInfo =
  | { readonly answer: 'known'; readonly version: string; readonly maintainers: readonly string[] }
  /** Nobody has a package of this name. */
  | { readonly answer: 'unknown' }
  /** No answer that says either; `said` tells what came instead. */
  | { readonly answer: 'silent'; readonly said: string }

/** The address of the RPC, version 5, for one package. */
export function aurInfoAddress({ web, package: name }: Pick<Aur, 'web' | 'package'>): string {
  return `${web.replace(/\/+$/, '')}/rpc/v5/info?arg[]=${encodeURIComponent(name)}`
}

/** Asks the RPC. An error of the RPC itself arrives with status 200 and type "error". */
export async function aurInfo(http: Http, aur: Aur, ca?: string, timeoutMs = 15_000): Promise<AurInfo> {
  const answer = await http.get(aurInfoAddress(aur), { timeoutMs, ...(ca === undefined ? {} : { ca }) })
  if (!answer.ok) return { answer: 'silent', said: answer.message }
  if (answer.status !== 200) return { answer: 'silent', said: `HTTP ${answer.status}` }
  const { type, results, error } = objectOf(parsed(answer.body))
  if (type === 'error' || !Array.isArray(results)) {
    return { answer: 'silent', said: typeof error === 'string' ? error : 'an answer that is not of its RPC' }
  }
  const found = results.map(objectOf).find((result) => result.Name === aur.package)
  return found === undefined ? { answer: 'unknown' } : known(found)
}

function known(result: Readonly<Record<string, unknown>>): AurInfo {
  const { Version, Maintainer, CoMaintainers } = result
  if (typeof Version !== 'string') return { answer: 'silent', said: 'an answer without a version' }
  const others: readonly unknown[] = Array.isArray(CoMaintainers) ? CoMaintainers : []
  const names = [Maintainer, ...others].filter((name) => typeof name === 'string')
  return { answer: 'known', version: Version, maintainers: names }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
