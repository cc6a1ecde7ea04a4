/**
 * Rules between several keys. They read the file as it is written, whatever else is wrong with it, so that all mistakes
 * are told at once; what the schema complains about already, they leave alone.
 */
import { SECRET_VARIABLES } from './environment-table.ts'
import { publishedBy } from './published-by.ts'
import { sharedAccounts, sharedPlaces } from './shared.ts'
import { missing, quoted, says, unknownWord } from './wording.ts'
import { at, isWritten, keysAt, listAt, type Path } from './written.ts'

/** A mistake before its place in the file is known. `message` is two lines of `wording.ts`. */
export interface Finding {
  readonly path: Path
  readonly message: string
  /** True where the key is wrong, not its value. */
  readonly key?: boolean
}

type Rule = (project: unknown, file: unknown) => readonly Finding[]

/** What contradicts itself in the whole file. */
export function breaches(file: unknown): readonly Finding[] {
  const ofProjects = keysAt(file, 'projects').flatMap((name) =>
    PROJECT_RULES.flatMap((rule) =>
      rule(at(file, 'projects', name), file).map((found) => ({ ...found, path: ['projects', name, ...found.path] })),
    ),
  )
  return [...ofProjects, ...sharedPlaces(file), ...sharedAccounts(file)]
}

const packageTarget: Rule = (project) => knownTarget(project, ['build', 'package', 'target'])
const uploadTarget: Rule = (project) => knownTarget(project, ['vps', 'upload', 'target'])

const hostNames: Rule = (project) => {
  const names = listAt(project, 'vps', 'hosts').map((host) => at(host, 'name'))
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index
      ? [
          {
            path: ['vps', 'hosts', index, 'name'],
            message: says(`Two servers are called ${quoted(name)}.`, 'Give each its own name.'),
          },
        ]
      : [],
  )
}

/** An address that another server answers at as well says nothing of this one. */
const ownAddresses: Rule = (project) => {
  const shared = at(project, 'verify', 'app')
  const apps = listAt(project, 'vps', 'hosts').map((host) => at(host, 'app'))
  return apps.flatMap((app, index) => {
    if (typeof app !== 'string') return []
    const isTaken = [shared, ...apps.slice(0, index)].some((other) => sameAddress(other, app))
    if (!isTaken) return []
    const whose = sameAddress(shared, app) ? 'the address of verify.app' : 'the address of another server'
    const remedy = 'Write the address at which this server alone answers, or take the key out.'
    return [{ path: ['vps', 'hosts', index, 'app'], message: says(`This is ${whose}.`, remedy) }]
  })
}

const ROLE_LISTS: readonly Path[] = [
  ...['view', 'deploy', 'approve', 'admin'].map((right) => ['access', right]),
  ['onCall'],
]

const roleNames: Rule = (project, file) => {
  const roles = keysAt(file, 'roles')
  return ROLE_LISTS.flatMap((path) =>
    listAt(project, ...path).flatMap((role, index) =>
      typeof role !== 'string' || roles.includes(role)
        ? []
        : [{ path: [...path, index], message: unknownWord(role, roles, 'a role; roles are at the end of the file') }],
    ),
  )
}

const packageBesidesPublish: Rule = (project) => {
  const packed = isWritten(project, 'build', 'package')
  const published = isWritten(project, 'build', 'publish')
  if (at(project, 'build', 'publish', 'kind') === 'tag') return []
  if (published && !packed)
    return [{ path: ['build', 'package'], message: missing('package', 'what is to be published') }]
  if (packed && !published && isWritten(project, 'aur'))
    return [
      { path: ['build', 'publish'], message: missing('publish', 'the public address that the AUR package downloads') },
    ]
  return []
}

/** A forge makes the archive of a tag once the tag is pushed, and of what the repository holds. */
const archiveOfTag: Rule = (project) => {
  if (at(project, 'build', 'publish', 'kind') !== 'tag') return []
  const path = ['build', 'publish', 'kind']
  const packed = says('The archive of a tag is not made of a package.', 'Take package out, or publish it another way.')
  const late = says('The archive is made once the tag is pushed.', 'Write repository.tag.when: publish.')
  return [
    ...(isWritten(project, 'build', 'package') ? [{ path, message: packed }] : []),
    ...(at(project, 'repository', 'tag', 'when') === 'publish' ? [] : [{ path, message: late }]),
  ]
}

const tagBeforePublish: Rule = (project) =>
  at(project, 'repository', 'tag', 'when') === 'publish' && !isWritten(project, 'build', 'publish')
    ? [
        {
          path: ['repository', 'tag', 'when'],
          message: says('Nothing is published that the tag could precede.', 'Write finish.'),
        },
      ]
    : []

/** Configured rows run code of the repository just as builds do. */
const isolationWritten: Rule = (project) => {
  const runsCode =
    keysAt(project, 'build', 'targets').length > 0 ||
    isWritten(project, 'aur') ||
    listAt(project, 'verify', 'rows').length > 0
  if (!runsCode || at(project, 'build', 'isolation') !== undefined) return []
  const choices = '{ kind: user, user: builder }, { kind: bubblewrap } or, on your own account, { kind: none }'
  return [{ path: ['build', 'isolation'], message: missing('isolation', choices) }]
}

const secretsWithheld: Rule = (project) =>
  [['build', 'environment'] as const, ['build', 'publish', 'environment'] as const].flatMap((path) =>
    listAt(project, ...path).flatMap((name, index) =>
      typeof name === 'string' && (SECRET_VARIABLES.includes(name) || name === 'SSH_AUTH_SOCK')
        ? [
            {
              path: [...path, index],
              message: says(`${quoted(name)} would hand a key of the bot to builds.`, 'Take it out.'),
            },
          ]
        : [],
    ),
  )

const PROJECT_RULES: readonly Rule[] = [
  packageTarget,
  uploadTarget,
  hostNames,
  ownAddresses,
  roleNames,
  packageBesidesPublish,
  archiveOfTag,
  tagBeforePublish,
  publishedBy,
  isolationWritten,
  secretsWithheld,
]

function knownTarget(project: unknown, path: Path): readonly Finding[] {
  const target = at(project, ...path)
  const targets = keysAt(project, 'build', 'targets')
  if (typeof target !== 'string' || targets.includes(target)) return []
  return [{ path, message: unknownWord(target, targets, 'one of build.targets') }]
}

function sameAddress(one: unknown, other: string): boolean {
  const base = (text: string) => URL.parse(text)?.href.replace(/\/+$/, '')
  return typeof one === 'string' && base(one) !== undefined && base(one) === base(other)
}
