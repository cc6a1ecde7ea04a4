/** The AUR's website as a release asks it: package page, RPC and files, all read from the repository at that moment. */
import { fileAt, git } from './git.ts'
import { type Answer, html, plain, showFolder } from './https.ts'
import { readSrcinfo, type Srcinfo, versionOf } from './srcinfo.ts'

export const MAINTAINER = 'mira'

/** The addresses of https://aur.archlinux.org that a release asks. cgit is never late: it reads the repository itself. */
export async function answerFor(
  repository: string,
  shown: () => Promise<string | undefined>,
  name: string,
  address: URL,
): Promise<Answer> {
  const path = address.pathname
  if (path === '/rpc/v5/info') return rpc(repository, await shown(), address.searchParams.getAll('arg[]'), name)
  if (path === `/packages/${name}` || path === `/packages/${name}/`) return page(repository, await shown(), name)
  if (path.startsWith(`/${name}.git/`)) return clonable(repository, path.slice(`/${name}.git`.length))
  const file = path.startsWith('/cgit/aur.git/plain/') ? path.slice('/cgit/aur.git/plain/'.length) : undefined
  if (file === undefined || address.searchParams.get('h') !== name) return plain(404, '404 - Page Not Found')
  const text = await fileAt(repository, 'refs/heads/master', file)
  return text === undefined ? plain(404, 'Not found') : plainText(text)
}

/** What `git clone https://…/NAME.git` asks for, in git's plain file protocol (gitprotocol-http(5), "dumb clients"). */
async function clonable(repository: string, file: string): Promise<Answer> {
  if (file === '/info/refs') await git(repository, ['update-server-info'])
  return showFolder(repository)(new URL(file, 'https://aur'))
}

async function rpc(
  repository: string,
  head: string | undefined,
  asked: readonly string[],
  name: string,
): Promise<Answer> {
  const info = asked.includes(name) ? await srcinfoAt(repository, head) : undefined
  const results = info === undefined || head === undefined ? [] : [await described(repository, head, name, info)]
  const body = { resultcount: results.length, results, type: 'multiinfo', version: 5 }
  return { status: 200, type: 'application/json', body: JSON.stringify(body) }
}

/** The fields of the AUR's RPC (https://aur.archlinux.org/rpc/swagger). */
async function described(repository: string, head: string, name: string, info: Srcinfo) {
  const times = (await git(repository, ['log', '--format=%ct', head])).split('\n').map(Number)
  return {
    ID: 1,
    Name: name,
    PackageBaseID: 1,
    PackageBase: name,
    Version: versionOf(info),
    Description: info.pkgdesc?.[0] ?? null,
    URL: info.url?.[0] ?? null,
    NumVotes: 7,
    Popularity: 0.1,
    OutOfDate: null,
    Maintainer: MAINTAINER,
    Submitter: MAINTAINER,
    FirstSubmitted: times.at(-1),
    LastModified: times[0],
    URLPath: `/cgit/aur.git/snapshot/${name}.tar.gz`,
    Depends: info.depends ?? [],
    License: info.license ?? [],
    Keywords: [],
  }
}

async function page(repository: string, head: string | undefined, name: string): Promise<Answer> {
  const info = await srcinfoAt(repository, head)
  if (info === undefined) return plain(404, '404 - Page Not Found')
  const heading = `<h2>Package Details: ${name} ${versionOf(info)}</h2>`
  return html(`AUR (sandbox) - ${name}`, `${heading}\n<p>Maintainer: ${MAINTAINER}</p>`)
}

async function srcinfoAt(repository: string, head: string | undefined): Promise<Srcinfo | undefined> {
  const text = head === undefined ? undefined : await fileAt(repository, head, '.SRCINFO')
  return text === undefined ? undefined : readSrcinfo(text)
}

function plainText(text: string): Answer {
  return { status: 200, type: 'text/plain; charset=utf-8', body: text }
}
