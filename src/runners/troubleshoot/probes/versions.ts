/** Which version does every place name: the files of the release commit, the tag, the application, the AUR? */
import { git } from '../../../argv/git.ts'
import type { Facts } from '../../../release/facts.ts'
import { toPkgver } from '../../../release/pkgver.ts'
import { isProblem } from '../../../release/problems.ts'
import type { VersionFile } from '../../../release/project.ts'
import { appsOf, ownApps } from '../../../release/served.ts'
import { fillTemplate } from '../../../release/version.ts'
import { readVersion, versionText } from '../../../release/version-files.ts'
import { aurInfo, aurInfoAddress } from '../../aur-info.ts'
import { servedVersion, versionAddress } from '../../served-version.ts'
import type { Action, Context } from '../../step.ts'
import { answer, blind, leftBy, probe } from '../probe.ts'

type Actions = ReturnType<typeof describe>

export const versions = probe({ describe, look })

function describe(facts: Facts) {
  const { folders, known, project, release } = facts
  const { url, ssh, tag } = project.repository
  const name = `refs/tags/${fillTemplate(tag.name, release)}`
  const requests = [...appsOf(project).map(versionAddress), ...(project.aur ? [aurInfoAddress(project.aur)] : [])]
  return {
    files: filesOf(facts).map(({ file }) => git(folders.clone, ['show', '--no-textconv', `${known.commit}:${file}`])),
    tag: git('/', ['ls-remote', '--tags', '--', url, name, `${name}^{}`], { access: ssh }),
    requests: requests.map((address): Action => ({ do: 'request', url: address })),
  }
}

/** The files of the release commit decide; the other places may still name the version before, and are told. */
async function look(context: Context<Actions>) {
  const { facts } = context
  if (leftBy(facts, 'commit') === undefined) return blind('there is no release commit yet')
  const files = await namedByFiles(context)
  const elsewhere = await Promise.all([namedByTag(context), namedByApplication(context), namedByAur(context)])
  const wrong = files.filter(({ isRight }) => !isRight)
  const right = files.length - wrong.length
  const told = [
    ...wrong.map(({ file, says }) => `${file} says ${says}`),
    ...(right > 0 ? [`${right} of ${files.length} files of the release commit say ${facts.release.full}`] : []),
    ...elsewhere.flat(),
  ]
  return answer(wrong.length > 0 ? 'differ' : 'agree', told.join('; '))
}

interface Named {
  readonly file: string
  readonly says: string
  readonly isRight: boolean
}

async function namedByFiles({ facts, actions, execute }: Context<Actions>): Promise<readonly Named[]> {
  const found: Named[] = []
  for (const [at, file] of filesOf(facts).entries()) {
    const action = actions.files[at]
    const exit = action && (await execute(action))
    const text = exit?.code === 0 ? exit.stdout : undefined
    found.push(
      text === undefined
        ? { file: file.file, says: 'nothing, it is not there', isRight: false }
        : named(facts, file, text),
    )
  }
  return found
}

function named({ release }: Facts, file: VersionFile, text: string): Named {
  const pkgver = toPkgver(release)
  const wanted = isProblem(pkgver) ? '' : versionText(file, { release, pkgver })
  const version = readVersion(file, text, wanted)
  if (isProblem(version) || isProblem(pkgver)) return { file: file.file, says: 'no version', isRight: false }
  return { file: file.file, says: version.text, isRight: version.text === wanted }
}

async function namedByTag({ facts, actions, execute }: Context<Actions>): Promise<readonly string[]> {
  const tag = fillTemplate(facts.project.repository.tag.name, facts.release)
  const exit = await execute(actions.tag)
  if (exit.code !== 0) return ['the tags of the origin could not be read']
  const commits = exit.stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
  if (commits.length === 0) return [`the tag ${tag} is not there`]
  const commit = leftBy(facts, 'commit') ?? ''
  return [commits.includes(commit) ? `the tag ${tag} is on the release commit` : `the tag ${tag} is on another commit`]
}

async function namedByApplication({ facts, ports }: Context<Actions>): Promise<readonly string[]> {
  const { app } = facts.project.verify
  const shared = app === undefined ? [] : [{ name: 'the application', app }]
  const told = [...shared, ...ownApps(facts.project)].map(async (place) => {
    const { said } = await servedVersion(ports.http, facts.project, place.app, facts.release.full)
    return `${place.name} says ${said}`
  })
  return Promise.all(told)
}

async function namedByAur({ facts, ports }: Context<Actions>): Promise<readonly string[]> {
  const { aur, verify } = facts.project
  if (aur === undefined) return []
  const info = await aurInfo(ports.http, aur, verify.ca)
  return [
    `the AUR offers ${info.answer === 'known' ? info.version : info.answer === 'unknown' ? 'nothing' : info.said}`,
  ]
}

function filesOf({ project: { version } }: Facts): readonly VersionFile[] {
  return [version.source, ...version.sync]
}
