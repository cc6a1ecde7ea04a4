/** What Node's errors of a request mean. */
import type { HttpFault } from '../ports/http.ts'

type Code = HttpFault['code']

/** Thrown inside `http.ts`, which hands it out as a value. */
class Refusal extends Error {
  readonly fault: HttpFault
  constructor(code: Code, message: string) {
    super(message)
    this.fault = { ok: false, code, message }
  }
}

export function refusal(code: Code, message: string): Error {
  return new Refusal(code, message)
}

/** `timedOutMs` is set where the time was up, whatever the error then looked like. */
export function faultOf(url: string, error: unknown, timedOutMs: number | undefined): HttpFault {
  if (error instanceof Refusal) return error.fault
  const host = URL.canParse(url) ? new URL(url).host : url
  if (timedOutMs !== undefined)
    return { ok: false, code: 'timeout', message: `${host} did not answer in full within ${timedOutMs / 1000} s.` }
  const { code = '', message } = firstOf(error)
  const [, meaning, sentence] = MEANINGS.find(([pattern]) => pattern.test(code)) ?? OTHERWISE
  return { ok: false, code: meaning, message: `${host} ${sentence}: ${message || code}` }
}

/** Where a name has several addresses, the error holds one for each. */
function firstOf(error: unknown): { readonly code?: string; readonly message: string } {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first : { message: String(first) }
}

type Meaning = readonly [code: RegExp, meaning: Code, sentence: string]

const MEANINGS: readonly Meaning[] = [
  [/^(ENOTFOUND|EAI_)/, 'unresolved', 'has no address'],
  [/^ECONNREFUSED$/, 'refused', 'refuses connections'],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'timeout', 'did not answer'],
  [/^CERT_HAS_EXPIRED$/, 'tls-expired', 'shows an expired certificate'],
  [/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/, 'tls-unknown-authority', 'shows a certificate of an unknown authority'],
  [/^(ERR_TLS_|ERR_SSL_|CERT_|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/, 'tls', 'has no valid TLS'],
  [/^(ECONNRESET|EPIPE|HPE_)/, 'reset', 'broke off the answer'],
]

const OTHERWISE: Meaning = [/^/, 'failed', 'could not be asked']
