/** The public addresses of the server: the web application it has in build/web, and the main site. */
import type { Identity } from './authority.ts'
import { html, listenHttps, plain, showFolder } from './https.ts'

export interface Site {
  readonly appUrl: string
  readonly siteUrl: string
  /** The application answers 403, as after a web build that failed half way, until it is mended. */
  breakApp(): void
  mendApp(): void
  /** The application says another version than it has, in its version.json; undefined: its own again. */
  pretend(versionJson: string | undefined): void
  /** Both addresses show a certificate that has expired, or their own again. */
  expire(expired: boolean): void
  close(): Promise<void>
}

/** `web` is the folder that serves: the build/web of the checkout. */
export async function createSite(web: string, identity: Identity, expired: Identity): Promise<Site> {
  let isBroken = false
  let pretended: string | undefined
  const show = showFolder(web)
  const app = await listenHttps(identity, async (address) => {
    if (isBroken) return forbidden()
    if (pretended === undefined || address.pathname !== '/version.json') return show(address)
    return { status: 200, type: 'application/json', body: pretended }
  })
  const site = await listenHttps(identity, home)
  return {
    appUrl: app.url,
    siteUrl: site.url,
    breakApp() {
      isBroken = true
    },
    mendApp() {
      isBroken = false
    },
    pretend(versionJson) {
      pretended = versionJson
    },
    expire(isExpired) {
      for (const each of [app, site]) each.show(isExpired ? expired : identity)
    },
    async close() {
      await Promise.all([app.close(), site.close()])
    },
  }
}

async function home({ pathname }: URL) {
  return pathname === '/' ? html('Harbour', '<h1>Harbour</h1>') : plain(404, '404 Not Found')
}

async function forbidden() {
  return plain(403, '403 Forbidden')
}
