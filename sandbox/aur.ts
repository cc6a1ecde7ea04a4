/** The world's AUR: a bare repository whose hook holds every push to the AUR's rules, and what its website tells of it. */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { answerFor, MAINTAINER } from './aur-web.ts'
import type { Identity } from './authority.ts'
import { addCommits, type Commit, createBare, headOf } from './git.ts'
import { listenHttps, plain } from './https.ts'

export interface Aur {
  readonly folder: string
  readonly gitUrl: string
  readonly webUrl: string
  readonly maintainer: string
  /** The page and the RPC go on showing what was there before a push, for this many requests. */
  lag(requests: number): Promise<void>
  /** While it is down every push is refused. */
  maintenance(down: boolean): Promise<void>
  /** Its website answers 503: the page and the RPC, not git. */
  webDown(down: boolean): void
  /** Adds commits past the hook, as a fellow maintainer's push would. Returns the head. */
  commit(commits: readonly Commit[]): Promise<string>
  close(): Promise<void>
}

/** Begins empty; `name` is the package and the name of its repository. */
export async function createAur(folder: string, name: string, identity: Identity): Promise<Aur> {
  const repository = join(folder, `${name}.git`)
  await createBare(repository)
  await installHook(repository)
  const shown = delayedHead(repository)
  let isDown = false
  const web = await listenHttps(identity, async (address) =>
    isDown ? plain(503, '503 Service Unavailable') : answerFor(repository, shown.head, name, address),
  )
  return {
    folder: repository,
    gitUrl: pathToFileURL(repository).href,
    webUrl: web.url,
    maintainer: MAINTAINER,
    lag: shown.lag,
    webDown: (down) => {
      isDown = down
    },
    maintenance: (down) => switchMaintenance(join(repository, 'slipway-maintenance'), down),
    commit: (commits) => addCommits(repository, commits),
    close: web.close,
  }
}

async function installHook(repository: string): Promise<void> {
  const hook = join(repository, 'hooks', 'update')
  await mkdir(join(repository, 'hooks'))
  await copyFile(join(import.meta.dirname, 'aur-hooks', 'update'), hook)
  await chmod(hook, 0o755)
}

/** The head that the website knows: the repository's, or for `lag` requests the one before it moved. */
function delayedHead(repository: string) {
  let known: string | undefined
  let late = 0
  const lag = async (requests: number) => {
    known = await headOf(repository)
    late = requests
  }
  const head = async (): Promise<string | undefined> => {
    const now = await headOf(repository)
    if (known !== undefined && now !== known && late > 0) late -= 1
    else known = now
    return known
  }
  return { head, lag }
}

async function switchMaintenance(file: string, down: boolean): Promise<void> {
  if (down) await writeFile(file, '')
  else await rm(file, { force: true })
}
