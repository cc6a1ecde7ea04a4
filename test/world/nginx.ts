/** A real nginx with TLS: the web application, the main site and the published packages. What it shows is in files, read each time. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authority, Identity } from '../../sandbox/authority.ts'
import type { Rooms } from '../../sandbox/rooms.ts'
import type { Site } from '../../sandbox/site.ts'
import { freePort } from '../free-port.ts'
import { startPart } from './part.ts'
import { takesConnections } from './until.ts'

export interface NginxPlan {
  readonly folder: string
  /** What the web application is served from. */
  readonly web: string
  /** What each server shows at an address of its own besides. */
  readonly ownWebs: readonly string[]
  readonly published: string
  readonly authority: Authority
  readonly env: Readonly<Record<string, string>>
}

export interface Nginx {
  readonly site: Site
  readonly downloads: Rooms['downloads']
  /** Of each server, in the order in which they were named. */
  readonly ownUrls: readonly string[]
  readonly log: string
  /** Every address shows this certificate from the next connection on. */
  show(identity: Identity): Promise<void>
  close(): Promise<void>
}

const HOST = '127.0.0.1'

export async function startNginx({ folder, web, ownWebs, published, authority, env }: NginxPlan): Promise<Nginx> {
  const at = (name: string) => join(folder, name)
  const [app, site, downloads] = await Promise.all([freePort(HOST), freePort(HOST), freePort(HOST)])
  const own = await Promise.all(ownWebs.map(async (root) => ({ root, port: await freePort(HOST) })))
  await Promise.all(['pretended', 'temporary'].map((name) => mkdir(at(name), { recursive: true })))
  const show = ({ key, cert }: Identity) => replace(at('shown.pem'), `${key}${cert}`)
  await show(authority.identity)
  await writeFile(at('nginx.conf'), configuration({ at, web, own, published, app, site, downloads }))
  const log = at('nginx.log')
  const part = await startPart({
    name: 'nginx',
    argv: ['/usr/sbin/nginx', '-e', log, '-c', at('nginx.conf')],
    env,
    log,
    isReady: async () =>
      (await Promise.all([app, site, downloads, ...own.map(({ port }) => port)].map(answers))).every((is) => is),
  })
  const switching = {
    breakApp: () => writeFile(at('broken'), ''),
    mendApp: () => rm(at('broken'), { force: true }),
    pretend: (text: string | undefined) =>
      text === undefined
        ? rm(at('pretended/version.json'), { force: true })
        : replace(at('pretended/version.json'), text),
    expire: (expired: boolean) => show(expired ? authority.expired : authority.identity),
  }
  return {
    site: { appUrl: urlOf(app), siteUrl: urlOf(site), ...switching, close: part.end },
    downloads: { url: urlOf(downloads), close: part.end },
    ownUrls: own.map(({ port }) => urlOf(port)),
    log,
    show,
    close: part.end,
  }
}

const answers = (port: number) => takesConnections({ host: HOST, port })
const urlOf = (port: number) => `https://${HOST}:${port}`

/** Never seen half written. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

interface Settings {
  at(name: string): string
  readonly web: string
  readonly own: readonly { readonly root: string; readonly port: number }[]
  readonly published: string
  readonly app: number
  readonly site: number
  readonly downloads: number
}

/** A certificate named by a variable is read at each handshake (ngx_http_ssl_module, ssl_certificate), so that nothing is reloaded. */
function configuration({ at, web, own, published, app, site, downloads }: Settings): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((of) => `  ${of}_temp_path ${at('temporary')}/${of};`)
    .join('\n')
  const ownServers = own
    .map(({ root, port }) => `  server {\n    listen ${HOST}:${port} ssl;\n    root ${root};\n  }\n`)
    .join('')
  return `daemon off;
master_process off;
pid ${at('nginx.pid')};
events { }
http {
${temporary}
  access_log ${at('nginx.log')};
  default_type application/octet-stream;
  types { text/html html; application/json json; application/javascript js; application/gzip gz; }
  map "" $shown { default ${at('shown.pem')}; }
  ssl_certificate $shown;
  ssl_certificate_key $shown;
  ssl_session_cache off;
  ssl_session_tickets off;
  server {
    listen ${HOST}:${app} ssl;
    root ${web};
    if (-e ${at('broken')}) { return 403; }
    location = /version.json { root ${at('pretended')}; try_files $uri @own; }
    location @own { root ${web}; }
  }
  server {
    listen ${HOST}:${site} ssl;
    default_type text/html;
    location = / { return 200 "<!doctype html><title>Harbour</title><h1>Harbour</h1>"; }
    location / { return 404; }
  }
  server {
    listen ${HOST}:${downloads} ssl;
    root ${published};
  }
${ownServers}}
`
}
