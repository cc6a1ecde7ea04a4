/** What is released and how its version is written: the repository and the files that name the version. */
import { z } from 'zod'
import { gitAddress } from './addresses.ts'
import { jsonValue, searchPattern, tagName } from './templates.ts'
import { branchName, jumpHost, repositoryPath, sshPath } from './words.ts'

export const sshAccess = z
  .strictObject({
    key: sshPath.describe('the private key file; a path relative to this file, absolute, or below ~/').exactOptional(),
    knownHosts: sshPath
      .describe('the known_hosts file that pins the host; the only place its key may come from')
      .exactOptional(),
    agent: z.boolean().default(false).describe('may the ssh agent of the bot be asked for keys'),
    jump: jumpHost
      .describe(
        'the host that the connection leads through, user@host:port; the same key and file of pins serve for it',
      )
      .exactOptional(),
  })
  .prefault({})

const tag = z
  .strictObject({
    name: tagName.default('v{full}').describe('the tag of a release, from {version}, {build} and {full}'),
    when: z
      .enum(['finish', 'publish'])
      .default('finish')
      .describe('finish: after everything was verified; publish: before the package is published'),
  })
  .prefault({})

export const repository = z.strictObject({
  url: gitAddress.describe('where releases are pushed to, such as git@github.com:owner/product.git'),
  branch: branchName.describe('the branch that releases are made from, such as master'),
  tag: tag.describe('the git tag of a release'),
  ssh: sshAccess.describe('how the repository is reached over ssh'),
})

const file = repositoryPath.describe('the file, relative to the top of the repository')

const versionFile = z.discriminatedUnion('kind', [
  z.strictObject({ file, kind: z.literal('pubspec') }),
  z.strictObject({
    file,
    kind: z.literal('json'),
    set: z
      .record(z.string(), jsonValue)
      .describe('the keys to set, each to a text from {version}, {build}, {full}, {date} and {commit}'),
  }),
  z.strictObject({ file, kind: z.literal('pkgbuild') }),
  z.strictObject({
    file,
    kind: z.literal('pattern'),
    pattern: searchPattern.describe("the text around the version, such as appVersion = '{version}'"),
  }),
])

export const version = z.strictObject({
  source: versionFile.describe('the one file that decides which version the product has'),
  sync: z.array(versionFile).default([]).describe('further files that name the version and are kept in step'),
  allow: z.array(repositoryPath).default([]).describe('globs of files that may go on naming an old version'),
  strict: z.boolean().default(false).describe('fail, instead of warn, when an old version is left over somewhere'),
})
