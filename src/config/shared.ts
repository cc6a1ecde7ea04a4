/** What belongs to one project, or to one person, and is written for a second one. */
import { quoted, says } from './wording.ts'
import { at, keysAt, listAt, type Path } from './written.ts'

/** Something that belongs to one project or person alone: `key` is the same for the same thing. */
interface Owned {
  readonly owner: string
  readonly key: string
  readonly path: Path
  readonly thing: string
  readonly remedy: string
}

/** A mistake, where the second one is written. */
type Taken = { readonly path: Path; readonly message: string }

/** With one account for two people, a requester could approve under the other name. */
export function sharedAccounts(file: unknown): readonly Taken[] {
  const remedy = 'An account belongs to one person; take it out of one of them.'
  const accounts = keysAt(file, 'people').flatMap((owner) =>
    keysAt(file, 'people', owner).flatMap((platform): readonly Owned[] => {
      const path = ['people', owner, platform]
      const account = at(file, ...path)
      return typeof account !== 'string'
        ? []
        : [{ owner, key: `${platform} ${account}`, path, thing: 'This account', remedy }]
    }),
  )
  return takenTwice(accounts)
}

/** Projects go on side by side, each with a line of its own: in one place they would overwrite each other's releases. */
export function sharedPlaces(file: unknown): readonly Taken[] {
  return takenTwice(
    keysAt(file, 'projects').flatMap((owner) => {
      const path = ['projects', owner]
      const project = at(file, ...path)
      return [...checkouts(project), ...addresses(project), ...tags(project)].map((place) => ({
        ...place,
        owner,
        path: [...path, ...place.path],
      }))
    }),
  )
}

type Place = Omit<Owned, 'owner'>

function checkouts(project: unknown): readonly Place[] {
  const remedy = 'Two projects there would deploy over each other; give each a checkout of its own.'
  return listAt(project, 'vps', 'hosts').flatMap((written, index): readonly Place[] => {
    const [user, host, directory] = ['user', 'host', 'directory'].map((name) => at(written, name))
    if (typeof user !== 'string' || typeof host !== 'string' || typeof directory !== 'string') return []
    const key = `${user}@${host.toLowerCase()}:${at(written, 'port') ?? 22} ${directory.replace(/\/+$/, '')}`
    return [{ key, path: ['vps', 'hosts', index, 'directory'], thing: 'This checkout on the server', remedy }]
  })
}

function addresses(project: unknown): readonly Place[] {
  return ADDRESSES.flatMap(({ path, ...told }): readonly Place[] => {
    const address = at(project, ...path)
    return typeof address !== 'string' ? [] : [{ key: `${path} ${address.replace(/\/+$/, '')}`, path, ...told }]
  })
}

const ADDRESSES: readonly Omit<Place, 'key'>[] = [
  {
    path: ['aur', 'url'],
    thing: 'This repository of the AUR',
    remedy: 'A package is released by one project; take aur out of one of them.',
  },
  {
    path: ['build', 'publish', 'url'],
    thing: 'This public address',
    remedy: 'What is public is never replaced; give the packages of each project an address of their own.',
  },
]

/** By its tags a project tells what it released: `v1.4.0` of one would be the newest version of the other. */
function tags(project: unknown): readonly Place[] {
  const url = at(project, 'repository', 'url')
  const written = at(project, 'repository', 'tag', 'name')
  const name = written ?? 'v{full}'
  if (typeof url !== 'string' || typeof name !== 'string') return []
  const key = `${url.replace(/(?:\.git)?\/*$/, '')} ${name.replaceAll('{full}', '{version}')}`
  const path = ['repository', ...(written === undefined ? ['url'] : ['tag', 'name'])]
  const remedy = 'Give the tags of each project a name of their own under repository.tag.name, such as desktop-v{full}.'
  return [{ key, path, thing: `The tag ${name} of this repository`, remedy }]
}

function takenTwice(all: readonly Owned[]): readonly Taken[] {
  const owners = new Map<string, string>()
  return all.flatMap(({ key, owner, path, thing, remedy }) => {
    const first = owners.get(key) ?? owner
    owners.set(key, first)
    return first === owner ? [] : [{ path, message: says(`${thing} belongs to ${quoted(first)} already.`, remedy) }]
  })
}
