import { describe, expect, test } from 'vitest'
import { mistakesOf, SHOP, spoiled } from './sample.ts'

/** What is replaced, by what, and then the only mistake: its line, its path below the project, and a part of what it says. */
type Row = readonly [piece: string, by: string, line: number, path: string, says: string]

const hostAt = (host: string, app: string) =>
  `{ name: web-${host}, host: ${host}.example.org, user: deploy, directory: /opt/shop, app: "${app}" }`

const VALUES: readonly Row[] = [
  [
    'branch: master',
    'branch: 1.10',
    5,
    'repository.branch',
    'YAML reads 1.10 as a number, not as a text. Put it in quotes: "1.10".',
  ],
  [
    'branch: master',
    'branch: true',
    5,
    'repository.branch',
    'YAML reads true as true or false, not as a text. Put it in quotes',
  ],
  ['branch: master', 'branch:', 5, 'repository.branch', 'The value is missing. Write a text, or take the key out.'],
  ['branch: master', 'branch: -delete', 5, 'repository.branch', '"-delete" is not a branch.'],
  [
    'branch: master',
    'branch: master\n      ssh: { key: "~/${USER}/key" }',
    6,
    'repository.ssh.key',
    '"~/${USER}/key" names a variable, which ssh would put in its place. Write a path without',
  ],
  ['branch: master', 'branch: [a]', 5, 'repository.branch', 'This is a list, not a text. Write a text: the branch'],
  ['branch: master', 'branch: ""', 5, 'repository.branch', 'This is not a branch.'],
  [
    'file: pubspec.yaml',
    'file: ../pubspec.yaml',
    7,
    'version.source.file',
    '"../pubspec.yaml" is not a path inside the repository.',
  ],
  ['file: pubspec.yaml', 'file: /etc/passwd', 7, 'version.source.file', 'is not a path inside the repository.'],
  ['file: pubspec.yaml', 'file: a/../../b', 7, 'version.source.file', 'is not a path inside the repository.'],
  ['file: pubspec.yaml', 'file: --output=x', 7, 'version.source.file', 'is not a path inside the repository.'],
  ['kind: pubspec', 'kind: pubspek', 7, 'version.source.kind', '"pubspek" is not allowed for kind. Write pubspec.'],
  [
    'kind: pubspec',
    'kind: 3',
    7,
    'version.source.kind',
    '"3" is not allowed for kind. Known here: pubspec, json, pkgbuild, pattern.',
  ],
  [
    'kind: pubspec',
    'kind: pattern, pattern: "v1"',
    7,
    'version.source.pattern',
    '"v1" does not hold exactly one placeholder.',
  ],
  [
    'kind: pubspec',
    'kind: json, set: { v: "{comit}" }',
    7,
    'version.source.set.v',
    '{comit} is not a placeholder here. Write {commit}.',
  ],
  [
    '{full}.tar.gz", root',
    '{commit}.tar.gz", root',
    13,
    'build.package.name',
    '{commit} is not a placeholder here. Use {version}, {build}, {full}.',
  ],
  [
    '{full}.tar.gz", root',
    '1.tar.gz", root',
    13,
    'build.package.name',
    '"shop-1.tar.gz" is the same for every version.',
  ],
  ['root: shop', 'root: ../shop', 13, 'build.package.root', '"../shop" is not a plain name.'],
  ['https://example.org', 'http://example.org', 14, 'build.publish.url', 'is not encrypted. Write https://'],
  ['https://example.org', 'ftp://example.org', 14, 'build.publish.url', 'is not a web address.'],
  ['[make, web]', '[]', 11, 'build.targets.web.run', 'The list is empty. Write at least one entry.'],
  ['[make, web]', 'make web', 11, 'build.targets.web.run', 'is not a command. Write [program, argument]'],
  [
    '[make, web]',
    '[make web]',
    11,
    'build.targets.web.run[0]',
    '"make web" is not a program. Write each argument by itself',
  ],
  ['[make, linux]', '[make, -j, 4]', 12, 'build.targets.linux.run[0][2]', 'YAML reads 4 as a number'],
  [
    'deploy: [./deploy.sh]',
    'deploy: ./deploy.sh',
    24,
    'vps.deploy',
    'A command is a list of arguments. Write each argument by itself',
  ],
  ['name: web-1', 'name: Web-1', 21, 'vps.hosts[0].name', '"Web-1" is not a name.'],
  [
    'branch: master',
    'branch: {version}',
    5,
    'repository.branch',
    'YAML reads {version} as a map of keys, not as a text. Put it in quotes: "{version}".',
  ],
  ['deploy: [./deploy.sh]', 'deploy: []', 24, 'vps.deploy[0]', 'This command is empty. Write [program, argument].'],
  [
    'directory: public,',
    'directory: "/srv/{version}",',
    14,
    'build.publish.directory',
    'A folder takes no placeholders. Write the folder alone',
  ],
  [
    'kind: directory, directory: public,',
    'kind: command, run: [gh, release, create, "v{verison}", "{file}"],',
    14,
    'build.publish.run[3]',
    '{verison} is not a placeholder here. Write {version}.',
  ],
  [
    'kind: directory, directory: public,',
    'kind: command, run: [[sh, -c, "awk {print}"], [./publish.sh, "{file}"]],',
    14,
    'build.publish.run[1][0]',
    '"./publish.sh" is not there when it is run. It is run in a folder that holds the package alone.',
  ],
  [
    'ssh://aur@aur.archlinux.org/shop.git',
    'https://aur.archlinux.org/shop.git',
    18,
    'aur.url',
    'takes no pushes. Write ssh://aur@aur.archlinux.org/shop.git, with a key under aur.ssh.',
  ],
  ['package: shop', 'package: .shop', 16, 'aur.package', '".shop" is not a package name.'],
  ['host: a.example.org', 'host: -oProxyCommand=x', 21, 'vps.hosts[0].host', '"-oProxyCommand=x" is not a host.'],
  ['host: a.example.org', 'host: ana@a.example.org', 21, 'vps.hosts[0].host', 'is not a host.'],
  ...['bastion.example', 'ana@-oProxyCommand=x', 'ana@b.example:0', 'ana@b.example:70000', 'ana@b c'].map(
    (jump) =>
      [
        'branch: master',
        `branch: master\n      ssh: { jump: "${jump}" }`,
        6,
        'repository.ssh.jump',
        `"${jump}" is not a jump host. Write user@host, or user@host:port`,
      ] as const,
  ),
  ['user: deploy', 'user: -l', 21, 'vps.hosts[0].user', '"-l" is not a user name.'],
  ['directory: /opt/shop', 'directory: opt/shop', 21, 'vps.hosts[0].directory', '"opt/shop" is not an absolute path.'],
  [
    'user: deploy',
    'user: deploy, port: "22"',
    21,
    'vps.hosts[0].port',
    '"22" is a text, not a number. Write a number, without quotes.',
  ],
  [
    'user: deploy',
    'user: deploy, app: a.example.org',
    21,
    'vps.hosts[0].app',
    '"a.example.org" is not a web address. Write it whole',
  ],
  [
    'user: deploy',
    'user: deploy, app: "http://a.example.org"',
    21,
    'vps.hosts[0].app',
    'is not encrypted. Write https://',
  ],
  ['user: deploy', 'user: deploy, port: 70000', 21, 'vps.hosts[0].port', '"70000" is too large. At most 65535'],
  [
    'verify:',
    'verify:\n      deadline: 10',
    26,
    'verify.deadline',
    '"10" is not a duration. Write a number and its unit',
  ],
  ['verify:', 'verify:\n      deadline: 10 min', 26, 'verify.deadline', '"10 min" is not a duration.'],
  [
    'deploy: [developers]',
    'deploy: developers',
    28,
    'access.deploy',
    'is not a list of roles. Write the roles in brackets',
  ],
  ['deploy: [developers]', 'deploy: [7]', 28, 'access.deploy[0]', 'YAML reads 7 as a number'],
  ['    access:', '    mirror: yes\n    access:', 28, 'mirror', '"yes" is a text, not true or false.'],
  [
    '    access:',
    '    channels: { slack: ["#shop"] }\n    access:',
    28,
    'channels.slack[0]',
    'is not the id of a Slack channel.',
  ],
  [
    '    access:',
    '    channels: { discord: [118100000000000001] }\n    access:',
    28,
    'channels.discord[0]',
    'Put it in quotes: "118100000000000001".',
  ],
  [
    '    access:',
    '    freeze: [{ days: [fri] }]\n    access:',
    28,
    'freeze[0].days[0]',
    '"fri" is not allowed here. Write friday.',
  ],
  [
    '    access:',
    '    freeze: [{ dates: ["2026-12-24..2026-01-02"] }]\n    access:',
    28,
    'freeze[0].dates[0]',
    'ends before it begins, so nothing would be frozen.',
  ],
  [
    '    access:',
    '    freeze: [{ dates: ["2026-02-31"] }]\n    access:',
    28,
    'freeze[0].dates[0]',
    'names a day that there is not.',
  ],
  ['    access:', '    freeze: [{ dates: ["2026-12-24.."] }]\n    access:', 28, 'freeze[0].dates[0]', 'is not a date.'],
  ['    access:', '    freeze: [{ zone: Mars/Olympus }]\n    access:', 28, 'freeze[0].zone', 'is not a time zone.'],
  ['    access:', '    deadlines: { build.targt: 5 }\n    access:', 28, 'deadlines.build.targt', 'Write build.target.'],
]

const KEYS: readonly Row[] = [
  [
    '      branch: master\n',
    '',
    3,
    'repository.branch',
    '"branch" is missing. Add branch: the branch that releases are made from',
  ],
  [
    '    version:\n      source: { file: pubspec.yaml, kind: pubspec }\n',
    '',
    2,
    'version',
    '"version" is missing. Add version: which files',
  ],
  [
    ', kind: pubspec',
    '',
    7,
    'version.source.kind',
    '"kind" is missing. Add kind: one of pubspec, json, pkgbuild, pattern.',
  ],
  ['name: web-1, ', '', 21, 'vps.hosts[0].name', '"name" is missing. Add name: what the server is called'],
  ['    access:', '    acess: {}\n    access:', 28, 'acess', '"acess" is not a key here. Write access.'],
  ['    access:', '    zzz: 1\n    access:', 28, 'zzz', '"zzz" is not a key here. Known here: title, repository,'],
  ['    access:', '    "a\\nb": 1\n    access:', 28, 'a\\u000ab', '"a\\nb" is not a key here. Known here: title'],
  ['    access:', '    access: {}\n    access:', 29, 'access', '"access" stands in line 28 already. Keep one of them.'],
  ['  ben:', '  Ben:', 33, '', '"Ben" is not a name. Use small letters'],
  ['  ben:', '  7:', 33, '', '"7" is not a name.'],
  ['  developers:', '  __proto__: { terminal: [ana] }\n  developers:', 30, '', '"__proto__" cannot be a key.'],
]

const RULES: readonly Row[] = [
  [
    'target: linux,',
    'target: macos,',
    13,
    'build.package.target',
    '"macos" is not one of build.targets. Known here: web, linux.',
  ],
  ['upload: { target: web,', 'upload: { target: wev,', 23, 'vps.upload.target', 'Write web.'],
  ['name: web-2', 'name: web-1', 22, 'vps.hosts[1].name', 'Two servers are called "web-1".'],
  [
    'b.example.org, user: deploy',
    'b.example.org, user: deploy, app: "https://APP.example.org/"',
    22,
    'vps.hosts[1].app',
    'This is the address of verify.app. Write the address at which this server alone answers, or take the key out.',
  ],
  [
    / {8}- \{ name: web-1.*\n.*\n/.exec(SHOP)?.[0] ?? '',
    ['a', 'b'].map((host) => `        - ${hostAt(host, 'https://web.example.org:8443')}\n`).join(''),
    22,
    'vps.hosts[1].app',
    'This is the address of another server.',
  ],
  [
    '[developers]',
    '[developer]',
    28,
    'access.deploy[0]',
    '"developer" is not a role; roles are at the end of the file. Write developers.',
  ],
  ['    access:', '    onCall: [nobody]\n    access:', 28, 'onCall[0]', '"nobody" is not a role'],
  [
    '      isolation: { kind: none }\n',
    '',
    8,
    'build.isolation',
    '"isolation" is missing. Add isolation: { kind: user, user: builder }',
  ],
  [
    'isolation:',
    'environment: [PATH, SLACK_BOT_TOKEN]\n      isolation:',
    9,
    'build.environment[1]',
    'would hand a key of the bot to builds. Take it out.',
  ],
  [
    'publish: { kind: directory, directory: public,',
    'publish: { kind: command, run: [gh], environment: [SLACK_BOT_TOKEN],',
    14,
    'build.publish.environment[0]',
    'would hand a key of the bot to builds. Take it out.',
  ],
  [
    / {6}publish:.*\n/.exec(SHOP)?.[0] ?? '',
    '',
    8,
    'build.publish',
    '"publish" is missing. Add publish: the public address',
  ],
  [
    / {6}package: \{.*\n/.exec(SHOP)?.[0] ?? '',
    '',
    8,
    'build.package',
    '"package" is missing. Add package: what is to be published.',
  ],
  ['terminal: ben', 'terminal: ana', 33, '', 'This account belongs to "ana" already.'],
]

describe.each([
  ['a value', VALUES],
  ['a key', KEYS],
  ['keys that contradict one another', RULES],
])('one mistake in %s is told with its line, path and remedy', (_, rows) => {
  test.each(rows)('%j -> %j', (piece, by, line, path, says) => {
    const found = mistakesOf(spoiled(piece, by))
    const text = found.map(({ what, remedy }) => `${what} ${remedy}`).join(' | ')
    expect(text).toContain(says)
    expect(found.map((mistake) => mistake.line)).toEqual([line])
    if (path !== '') expect(found[0]?.path).toBe(`projects.shop.${path}`)
  })
})

const CREDENTIALS = [
  ['git@git.example.org:shop.git', 'https://ana:hunter22@git.example.org/shop.git'],
  ['git@git.example.org:shop.git', 'https://ghp_hunter22@git.example.org/shop.git'],
  ['ssh://aur@aur', 'ssh://aur:hunter22@aur'],
  ['https://app.example.org', 'https://ana:hunter22@app.example.org'],
  ['https://app.example.org', 'http//ana:hunter22@app.example.org'],
] as const

test.each(CREDENTIALS)('credentials in an address are refused and never repeated: %s -> %s', (piece, by) => {
  const found = mistakesOf(spoiled(piece, by))
  expect(found).toHaveLength(1)
  expect(JSON.stringify(found)).not.toContain('hunter22')
})

test.each([
  ['git@git.example.org:shop.git', '/srv/git/shop.git'],
  ['git@git.example.org:shop.git', 'file:///srv/git/shop.git'],
  ['git@git.example.org:shop.git', 'ssh://git@127.0.0.1:2222/srv/shop.git'],
  ['git@git.example.org:shop.git', 'https://git.example.org/shop.git'],
  ['https://app.example.org', 'http://127.0.0.1:8080'],
  ['https://app.example.org', 'http://localhost:8080/base'],
  ['https://app.example.org', 'http://[::1]:8080'],
  ['a.example.org, user: deploy', 'a.example.org, user: deploy, app: "https://app.example.org:8443"'],
  ['file: pubspec.yaml', 'file: lib/..hidden/version.yaml'],
  ['branch: master', 'branch: release/1.x'],
  ['[developers]', 'everyone'],
  ['deploy: [./deploy.sh]', 'deploy: [./deploy.sh, ""]'],
])('%s may also be %s', (piece, by) => {
  expect(mistakesOf(spoiled(piece, by))).toEqual([])
})

test.each([
  ['ext::sh -c x'],
  ['git://git.example.org/shop.git'],
  ['http://git.example.org/shop.git'],
  ['-uorigin'],
  ['ssh://-oProxyCommand=x/y'],
  ['shop.git'],
])('a repository at %s is refused', (address) => {
  expect(mistakesOf(spoiled('git@git.example.org:shop.git', JSON.stringify(address))).map(({ path }) => path)).toEqual([
    'projects.shop.repository.url',
  ])
})
