import { describe, expect, test } from 'vitest'
import { loadConfiguration } from '../../src/config/load.ts'
import { formatMistakes } from '../../src/config/mistake.ts'
import { askAll, type Person } from '../../src/init/asking.ts'
import { type Answers, QUESTIONS } from '../../src/init/questions.ts'
import { type Found, lookThrough } from '../../src/init/repository.ts'
import { configurationText, environmentText, guesses, keysNeeded } from '../../src/init/written.ts'
import type { Project } from '../../src/release/project.ts'

const GIT = {
  '.git/config': '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@example.org:own/harbour.git\n',
  '.git/HEAD': 'ref: refs/heads/release\n',
}
const FLUTTER = {
  ...GIT,
  'pubspec.yaml': 'name: harbour\nversion: 3.1.2+001 # the build\n',
  'assets/version.json': '{ "version": "3.1.2", "build_number": "001", "extra": 1 }',
  'linux/CMakeLists.txt': '',
  'web/index.html': '',
  'aur-package/PKGBUILD':
    'pkgname=harbour-bin\npkgver=3.1.2\npkgrel=1\nsource=("https://dl.example.org/harbour-$pkgver-001-x86_64.tar.gz")\nsha256sums=(SKIP)\n',
  'scripts/deploy.sh': '',
  'CHANGELOG.md': '',
}
const RUST = {
  ...GIT,
  'Cargo.toml': '[package]\nname = "tidal"\nversion = "0.4.0"\n\n[dependencies]\nother = "1.2.3"\nversion = "0.1.0"\n',
  'Cargo.lock': '[[package]]\nname = "other"\nversion = "1.2.3"\n\n[[package]]\nname = "tidal"\nversion = "0.4.0"\n',
}
const NODE = {
  ...GIT,
  'package.json': '{ "name": "@own/beacon", "version": "2.0.0", "scripts": { "build": "x" } }',
  'package-lock.json': '{ "version": "2.0.0", "packages": { "": { "version": "2.0.0" } } }',
}
const PYTHON = { ...GIT, 'pyproject.toml': "[build-system]\nx = 1\n\n[project]\nversion = '1.0.0'\nname = 'lamp'\n" }

const PRODUCTS = { FLUTTER, RUST, NODE, PYTHON } as const

function found(texts: Readonly<Record<string, string>>): Found {
  const product = lookThrough(texts)
  if (product === undefined) throw new Error('nothing was found')
  return product
}

/** Answers in the order of the questions that are asked; nothing more comes after the last. */
async function answered(of: Found, lines: readonly string[], given = {}, isThere = false) {
  const left = [...lines]
  const said: string[] = []
  const prompts: string[] = []
  const line = async (prompt: string) => {
    prompts.push(prompt)
    return left.shift()
  }
  const person: Person = { line, say: (text) => said.push(text), isThere }
  const answers = await askAll(of, given, person, { isRoot: true })
  return { answers, said, prompts }
}

async function projectFrom(of: Found, lines: readonly string[] = [], given = {}): Promise<Project> {
  const { answers } = await answered(of, lines, given)
  if ('refused' in answers) throw new Error(answers.refused)
  const text = configurationText(of, answers, 'ana')
  const loaded = loadConfiguration(text, { file: '/etc/slipway.yaml', home: '/home/ana' })
  if (!loaded.ok) throw new Error(`${text}\n${formatMistakes('slipway.yaml', loaded.mistakes)}`)
  const [project] = loaded.projects
  if (project === undefined) throw new Error('no project')
  return project
}

describe('what a checkout tells', () => {
  test.each([
    [
      'FLUTTER',
      {
        name: 'harbour',
        version: '3.1.2',
        build: '001',
        deploy: './scripts/deploy.sh',
        documentation: ['CHANGELOG.md'],
      },
    ],
    ['RUST', { name: 'tidal', version: '0.4.0', source: { pattern: 'name = "tidal"\nversion = "{version}"' } }],
    ['NODE', { name: 'beacon', version: '2.0.0', sync: [{ set: { 'packages..version': '{version}' } }] }],
    ['PYTHON', { name: 'lamp', version: '1.0.0', source: { pattern: "version = '{version}'" } }],
  ] as const)('%s', (kind, expected) => {
    expect(found(PRODUCTS[kind])).toMatchObject({
      url: 'git@example.org:own/harbour.git',
      branch: 'release',
      ...expected,
    })
  })

  test('the package and its public address are read from the PKGBUILD', () => {
    expect(found(FLUTTER)).toMatchObject({
      aur: { package: 'harbour-bin', directory: 'aur-package' },
      published: 'https://dl.example.org/harbour-{version}-{build}-x86_64.tar.gz',
      sync: [{ file: 'assets/version.json' }, { file: 'aur-package/PKGBUILD', kind: 'pkgbuild' }],
    })
  })

  test('the package goes by its pkgbase, as the AUR does', () => {
    const file = 'aur-package/PKGBUILD'
    const split = FLUTTER[file].replace('pkgname=harbour-bin', "pkgbase=harbour\npkgname=('harbour-cli' 'harbour')")
    expect(found({ ...FLUTTER, [file]: split }).aur).toMatchObject({ package: 'harbour' })
  })

  test.each([
    ['nothing', {}],
    ['a version that is none', { 'Cargo.toml': '[package]\nname = "x"\nversion.workspace = true\n' }],
    ['a package.json that is no JSON', { 'package.json': '{' }],
  ])('%s is no product', (_, texts) => {
    expect(lookThrough(texts)).toBeUndefined()
  })
})

describe('the questions', () => {
  test('are at most ten, with that for the folder', () => {
    expect(QUESTIONS.length + 1).toBeLessThanOrEqual(10)
  })

  test('leave out what an earlier answer has settled', async () => {
    const { prompts, answers } = await answered(found(NODE), [])
    expect(prompts).toHaveLength(QUESTIONS.length - 2)
    expect(answers).toMatchObject({ place: 'none', app: 'none', isolation: 'builder' })
  })

  test('are asked again where somebody is there to answer better', async () => {
    const { answers, said } = await answered(
      found(NODE),
      ['', '', '', '', 'my server', 'ana@pier:/opt/beacon'],
      {},
      true,
    )
    expect(answers).toMatchObject({ server: 'ana@pier:/opt/beacon' })
    expect(said.join()).toContain('user@host:/folder')
  })

  test.each([
    ['url', [], 'junk url', 'git@host:own/beacon.git', 'git@host:path'],
    ['branch', [''], 'file:///tmp/x', 'release', 'Write the name of the branch alone'],
  ] as const)('find fault with a wrong %s before the next one is asked', async (name, before, wrong, right, words) => {
    const { answers, said, prompts } = await answered(found(NODE), [...before, wrong, right], {}, true)
    expect(said).toEqual([expect.stringContaining(words)])
    expect(prompts[before.length + 1]).toBe(prompts[before.length])
    expect(answers).toMatchObject({ [name]: right })
  })

  test.each([
    ['an answer that is wrong', NODE, ['', '', '', '', 'my server'], {}, '--server'],
    ['an option that is wrong', NODE, [], { alone: 'maybe' }, '--alone'],
    ['no answer where nothing can be suggested', FLUTTER, [], {}, '--place'],
  ])('end a script at %s, with the option that answers', async (_, texts, lines, given, option) => {
    const { answers } = await answered(found(texts), lines, given)
    expect(answers).toMatchObject({ refused: expect.stringContaining(option) })
  })
})

describe('the configuration that is written', () => {
  test.each(Object.keys(PRODUCTS) as (keyof typeof PRODUCTS)[])(
    'is right with nothing but what is suggested: %s',
    async (kind) => {
      const project = await projectFrom(found(PRODUCTS[kind]), [], { place: '/srv/downloads' })
      expect(project).toMatchObject({
        approvals: { requesterMayApprove: true },
        build: { isolation: { user: 'builder' } },
      })
    },
  )

  test('has what was answered, with a key of its own for each place', async () => {
    const given = {
      place: 'ana@files.example.org:2222:/releases',
      server: 'ana@pier.example.org:/opt/harbour',
      app: 'https://app.example.org',
      alone: 'no',
      isolation: 'none',
    }
    const project = await projectFrom(found(FLUTTER), [], given)
    expect(project).toMatchObject({
      repository: { ssh: { key: '/home/ana/.ssh/slipway_origin' } },
      build: {
        isolation: { kind: 'none' },
        package: { target: 'linux', name: 'harbour-{version}-{build}-x86_64.tar.gz' },
        publish: { kind: 'sftp', host: 'files.example.org', port: 2222, directory: '/releases' },
      },
      vps: { hosts: [{ host: 'pier.example.org', directory: '/opt/harbour' }], upload: { to: 'build/web' } },
      approvals: { requesterMayApprove: false },
      roles: { owners: { terminal: ['ana'] } },
    })
    expect(keysNeeded({ ...given, url: 'git@x:y', aur: 'harbour' } as unknown as Answers)).toEqual([
      'origin',
      'aur',
      'publish',
      'server',
    ])
    expect(guesses(found(FLUTTER), given as unknown as Answers).join()).toContain('roles and people')
  })
})

test('a pattern over two lines is written as one can read it', async () => {
  const { answers } = await answered(found(RUST), [], { url: 'git@x:y' })
  const text = configurationText(found(RUST), answers as Answers, 'ana')
  expect(text).toContain(
    '{ file: Cargo.lock, kind: pattern, pattern: "name = \\"tidal\\"\\nversion = \\"{version}\\"" }',
  )
  expect(text).toContain('[ cargo, install, --path, ., --root, dist, --locked ]')
})

test('the .env is the example with its two places filled in', () => {
  const example = 'A=1\n# SLIPWAY_CONFIG=./slipway.yaml\n# SLIPWAY_DATA=~/x\nB=\n'
  expect(environmentText(example, { config: '/etc/$&.yaml', data: '/d' })).toBe(
    'A=1\nSLIPWAY_CONFIG=/etc/$&.yaml\nSLIPWAY_DATA=/d\nB=\n',
  )
})

test.each([
  [
    'set',
    'SLIPWAY_CONFIG=/old\n# SLIPWAY_DATA=~/x\nexport SLIPWAY_DATA = /old\nB=2',
    'SLIPWAY_CONFIG=/c\n# SLIPWAY_DATA=~/x\nSLIPWAY_DATA=/d\nB=2',
  ],
  ['not in it', 'B=2 # mine', 'B=2 # mine\nSLIPWAY_CONFIG=/c\nSLIPWAY_DATA=/d\n'],
])('a .env that is there keeps everything but its two places, where they are %s', (_, before, after) => {
  expect(environmentText(before, { config: '/c', data: '/d' })).toBe(after)
})

test('a Node product without a lock file is installed without one: npm ci would refuse', () => {
  const { 'package-lock.json': _, ...unlocked } = NODE
  expect(found(NODE).targets.dist?.run[0]).toEqual(['npm', 'ci'])
  expect(found(unlocked).targets.dist?.run[0]).toEqual(['npm', 'install'])
})
