/** A small product as it lies on disk: its clone at the release commit, an AUR repository, and a public address. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Bench } from './make-context.ts'
import { must, personGit } from './programs.ts'

/** The PKGBUILD as the product had it: 3.1.3 that names the 3.0.3 tarball, and sums over several lines. */
export const PKGBUILD = (address: string) => `# Maintainer: Ana <ana@localhost>
pkgname=harbour
pkgver=3.1.3
pkgrel=7
pkgdesc="A small product"
arch=('any')
url="https://localhost"
license=('MIT')
source=(
    # the program
    "${address}/harbour-3.0.3+001.tar.gz"
    'harbour.desktop'
)
sha256sums=(
    # the program
    '0000000000000000000000000000000000000000000000000000000000000000'
    'SKIP'   # a file beside
)

package() {
    install -Dm755 "$srcdir/harbour/harbour" "$pkgdir/usr/share/harbour/harbour"
    mkdir -p "$pkgdir/usr/bin"
    ln -s /usr/share/harbour/harbour "$pkgdir/usr/bin/harbour"
    install -Dm644 harbour.desktop "$pkgdir/usr/share/applications/harbour.desktop"
}
`

/** Writes files, commits them in the bench's own clone, and leaves the evidence that the version phase would. */
export function commitRelease(bench: Bench, files: Readonly<Record<string, string>>): string {
  const { clone } = bench.folders
  mkdirSync(clone, { recursive: true })
  personGit(clone, 'init', '--quiet', '--initial-branch=master')
  writeFiles(clone, files)
  personGit(clone, 'add', '--all')
  personGit(clone, 'commit', '--quiet', '--message', 'Release 3.1.3+001')
  const [commit = '', time] = personGit(clone, 'log', '-1', '--format=%H %ct').split(' ')
  bench.leave('version.commit', { commit, commitTime: Number(time) })
  return commit
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** An empty bare repository, which never tidies itself. */
export function bareRepository(folder: string): string {
  mkdirSync(folder, { recursive: true })
  personGit(folder, 'init', '--quiet', '--bare', '--initial-branch=master')
  appendFileSync(join(folder, 'config'), '[receive]\n\tautogc = false\n')
  return folder
}

/** Puts a commit of Ana's onto master of a bare repository, as a push would, in one program instead of a dozen; the commit. */
export function commitAt(repository: string, files: Readonly<Record<string, string>>, message: string): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`
  const stream = [
    'commit refs/heads/master\nmark :1\ncommitter Ana <ana@localhost> now\n',
    data(message),
    existsSync(join(repository, 'refs/heads/master')) ? 'from refs/heads/master^0\n' : '',
    ...Object.entries(files).map(([name, text]) => `M 100644 inline ${name}\n${data(text)}`),
    'get-mark :1\n',
  ]
  return must('git', ['fast-import', '--quiet', '--date-format=now'], repository, stream.join('')).trim()
}

/** Serves a folder on the loopback; ended with the test. `lag` is how many requests are answered 404 first. */
export async function serve(folder: string, lag = 0): Promise<string> {
  let asked = 0
  const server = createServer((request, response) => {
    const path = join(folder, decodeURIComponent((request.url ?? '/').slice(1)))
    asked += 1
    if (asked > lag && existsSync(path)) response.end(readFileSync(path))
    else response.writeHead(404).end('not found')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
