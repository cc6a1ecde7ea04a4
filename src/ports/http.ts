/** Looking at public addresses from outside, bounded in size, time and redirects. */

export interface HttpOptions {
  readonly method?: 'GET' | 'HEAD'
  /** PEM file of an own authority, added to the system's. */
  readonly ca?: string
  /** Names of hosts that the address may redirect to, over https, besides its own. */
  readonly redirects?: readonly string[]
  readonly timeoutMs?: number
  /** Bytes of the body that are kept; default 1 MiB. More sets `truncated`. */
  readonly keepBytes?: number
}

export interface HttpAnswer {
  readonly ok: true
  readonly status: number
  readonly body: string
  readonly truncated: boolean
  readonly headers: Readonly<Record<string, string>>
  /** The address that finally answered. */
  readonly url: string
}

export interface HttpFault {
  readonly ok: false
  readonly code:
    | 'unresolved'
    | 'refused'
    | 'timeout'
    | 'tls-expired'
    | 'tls-unknown-authority'
    | 'tls'
    | 'redirect'
    | 'reset'
    | 'failed'
  readonly message: string
}

export interface Download {
  readonly ok: true
  readonly status: number
  readonly bytes: number
  /** Hex, lower case. */
  readonly sha256: string
}

export interface Http {
  get(url: string, options?: HttpOptions): Promise<HttpAnswer | HttpFault>
  /** Streams the body to `path` and sums it on the way. A status other than 200 writes nothing. */
  download(
    url: string,
    path: string,
    options?: HttpOptions & { readonly maxBytes?: number },
  ): Promise<Download | HttpFault>
}
