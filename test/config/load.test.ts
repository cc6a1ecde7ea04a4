import { describe, expect, test } from 'vitest'
import { formatMistakes } from '../../src/config/mistake.ts'
import { ambiguousTemplates } from '../../src/config/templates.ts'
import { load, mistakesOf, projectOf, SHOP, spoiled } from './sample.ts'

describe('what is left out is filled in', () => {
  const project = projectOf(SHOP)

  test('with the defaults of the design', () => {
    expect(project).toMatchObject({
      name: 'shop',
      title: 'shop',
      repository: { tag: { name: 'v{full}', when: 'finish' }, ssh: { agent: false } },
      version: { sync: [], allow: [], strict: false },
      build: { environment: ['PATH', 'LANG'], clean: [] },
      aur: { web: 'https://aur.archlinux.org', makepkg: { args: [] }, ssh: { agent: false } },
      vps: { batch: 1, stage: [], keep: [], irreversible: [], hosts: [{ port: 22 }, { port: 22 }] },
      verify: { deadlineMinutes: 10 },
      approvals: { expireHours: 12, needed: 1, requesterMayApprove: false, rollback: { requesterMayApprove: true } },
      access: { view: 'everyone', deploy: ['developers'], approve: [], admin: [] },
      channels: { slack: [], discord: [] },
      announce: { slack: [], discord: [] },
      mirror: false,
      onCall: [],
      incidents: { directory: 'docs/incidents', commit: false },
      freeze: [],
      deadlines: {},
      waitHours: 24,
      documentation: [],
      roles: { developers: { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: ['ana'] } },
    })
    expect(project).not.toHaveProperty('runbook')
    expect(project.repository.ssh).not.toHaveProperty('key')
  })

  test('a single command counts as a list of one', () => {
    const runs = Object.fromEntries(project.build.targets.map(({ name, run }) => [name, run]))
    expect(runs).toEqual({
      web: [['make', 'web']],
      linux: [
        ['make', 'linux'],
        ['make', 'strip'],
      ],
    })
    expect(project.verify.rows).toEqual([{ name: 'own check', run: [['./check.sh']] }])
  })

  test('the packed target stands first, whatever the order of the file', () => {
    expect(project.build.targets.map(({ name }) => name)).toEqual(['linux', 'web'])
  })

  test('a project that neither builds nor goes to the AUR needs no isolation', () => {
    const text = `projects:\n  api:\n    repository: { url: /srv/api.git, branch: main }\n    version: { source: { file: package.json, kind: json, set: { version: "{version}" } } }\n`
    expect(projectOf(text).build).toEqual({
      isolation: { kind: 'none' },
      environment: ['PATH', 'LANG'],
      clean: [],
      targets: [],
    })
  })
})

test('paths of this machine are taken from the folder of the file, ~ is the home folder', () => {
  const text = spoiled(
    'branch: master',
    'branch: master\n      ssh: { key: keys/id, knownHosts: ~/.ssh/pins, agent: true, jump: "slip@bastion.example:2200" }',
    spoiled('app: https://app.example.org', 'app: https://app.example.org\n      ca: /etc/ca.pem'),
  )
  const project = projectOf(text)
  expect(project.repository.ssh).toEqual({
    key: '/etc/slipway/keys/id',
    knownHosts: '/home/ana/.ssh/pins',
    agent: true,
    jump: { user: 'slip', host: 'bastion.example', port: 2200 },
  })
  expect(project.build.publish).toMatchObject({ directory: '/etc/slipway/public' })
  expect(project.verify.ca).toBe('/etc/ca.pem')
})

test.each([
  ['90s', 1.5],
  ['10m', 10],
  ['1h', 60],
])('a deadline of %s is %d minutes', (written, minutes) => {
  expect(projectOf(spoiled('verify:', `verify:\n      deadline: ${written}`)).verify.deadlineMinutes).toBe(minutes)
})

test('an AUR package built from source needs neither package nor publish', () => {
  const text = SHOP.replace(/ {6}(?:package: \{|publish:).*\n/g, '')
  expect(projectOf(text).build).not.toHaveProperty('package')
})

test('the digest is that of the meaning: a comment leaves it, another branch does not', () => {
  const digest = (text: string) => {
    const loaded = load(text)
    return loaded.ok ? loaded.digest : loaded.mistakes
  }
  expect(digest(SHOP)).toMatch(/^[0-9a-f]{64}$/)
  expect(digest(`# shipped by Ana\n${SHOP}`)).toBe(digest(SHOP))
  expect(digest(spoiled('branch: master', 'branch: main'))).not.toBe(digest(SHOP))
})

test.each([
  ['all tell builds apart', [], SHOP],
  [
    'a tag without a build number',
    ['repository.tag.name'],
    spoiled('branch: master', 'branch: master\n      tag: { name: "v{version}" }'),
  ],
  [
    'a package and an address without one',
    ['build.package.name', 'build.publish.url'],
    SHOP.replaceAll('shop-{full}', 'shop-{version}'),
  ],
])('templates: %s', (_, expected, text) => {
  expect(ambiguousTemplates(projectOf(text))).toEqual(expected)
})

test('five mistakes are told at once, in the order of the file, each with line, path and remedy', () => {
  const spoil = [
    ['branch: master', 'brunch: master'],
    ['[make, web]', '[make, 7]'],
    ['package: { target: linux,', 'package: { target: linus,'],
    ['deploy: [developers]', 'deploy: [developer]'],
  ] as const
  const text = spoil.reduce((done, [piece, by]) => spoiled(piece, by, done), SHOP)
  expect(mistakesOf(text).map(({ line, path, remedy }) => [line, path, remedy])).toEqual([
    [3, 'projects.shop.repository.branch', 'Add branch: the branch that releases are made from, such as master.'],
    [5, 'projects.shop.repository.brunch', 'Write branch.'],
    [11, 'projects.shop.build.targets.web.run[1]', 'Put it in quotes: "7".'],
    [13, 'projects.shop.build.package.target', 'Write linux.'],
    [28, 'projects.shop.access.deploy[0]', 'Write developers.'],
  ])
})

test('on a terminal each mistake has its place, path, what is wrong and what to do', () => {
  const text = spoiled('package: shop', 'package: 1.10')
  expect(formatMistakes('slipway.yaml', mistakesOf(text))).toBe(
    [
      'slipway.yaml has one mistake.',
      '',
      'slipway.yaml:16:16  projects.shop.aur.package',
      '  YAML reads 1.10 as a number, not as a text.',
      '  Put it in quotes: "1.10".',
    ].join('\n'),
  )
})

test('of very many mistakes fifty are shown, and the rest is counted', () => {
  const text = `${SHOP}${Array.from({ length: 60 }, (_, index) => `zz${index}: 1\n`).join('')}`
  const shown = formatMistakes('slipway.yaml', mistakesOf(text))
  expect(shown).toMatch(/^slipway\.yaml has 60 mistakes\./)
  expect(shown).toMatch(/And 10 more\.$/)
  expect(shown.match(/is not a key here/g)).toHaveLength(50)
})

test('characters that a terminal would obey are shown as escapes', () => {
  const shown = formatMistakes('slipway.yaml', mistakesOf(spoiled('branch: master', 'branch: "a\\e[2J\\u202Eb c"')))
  expect(shown).toContain('\\u202e')
  expect(shown).not.toMatch(/[\p{Cf}]|\p{Cc}(?<!\n)/u)
})
