/** How a release is made into files: targets, the package, and where the package becomes public. */
import { z } from 'zod'
import { sshAccess } from './schema-source.ts'
import { fileName, folderName, packageAddress } from './templates.ts'
import {
  anyCommands,
  argv,
  commands,
  hostName,
  localPath,
  name,
  port,
  repositoryPath,
  serverFolder,
  userName,
  variableName,
} from './words.ts'

const isolation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), user: userName.describe('the account that builds run as') }),
  z.strictObject({
    kind: z.literal('bubblewrap'),
    user: userName.describe('the account that builds run as; needed where Slipway runs as root').exactOptional(),
    read: z
      .array(localPath)
      .default([])
      .describe('folders that builds may read beside the system, such as /opt/flutter'),
  }),
  z.strictObject({ kind: z.literal('none') }),
])

const target = z.strictObject({
  run: commands.describe('the command that builds it, or a list of commands'),
  output: repositoryPath.describe('the folder that then holds what was built'),
  smoke: argv
    .describe(
      'a command that is run in a copy of that folder, beside it; its output has to name the version, and not the one before; before anything is published',
    )
    .exactOptional(),
})

const packageRules = z.strictObject({
  target: name.describe('the target that is packed'),
  name: fileName.describe('the name of the tarball, such as product-{version}-{build}-x86_64.tar.gz'),
  root: folderName.describe('the folder inside the tarball, such as product-{version}'),
})

const url = packageAddress.describe(
  'the public address of the package, or of the archive that the forge makes of a tag; it is downloaded again and compared, with its `.sha256`, which lies beside what a directory or sftp holds',
)

const publish = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('directory'),
    directory: localPath.describe('the folder on this machine that the package is copied to'),
    url,
  }),
  z.strictObject({
    kind: z.literal('sftp'),
    host: hostName.describe('the host that the package is uploaded to'),
    port: port.default(22).describe('its ssh port'),
    user: userName.describe('the account on that host'),
    directory: serverFolder.describe('the folder on that host'),
    ssh: sshAccess.describe('how that host is reached'),
    url,
  }),
  z.strictObject({
    kind: z.literal('command'),
    run: commands.describe(
      'the command that publishes the package, or a list of commands; {file}, {sha256} and {url} stand in it for the package, its sum and its address, beside {version}, {build} and {full}; it runs in a folder that holds the package alone; where Slipway was killed in it and nothing shows, a person decides whether it runs again',
    ),
    environment: z
      .array(variableName)
      .describe(
        'names of the environment variables that these commands see besides, such as the token of a forge; builds do not see them',
      )
      .exactOptional(),
    url,
  }),
  z.strictObject({ kind: z.literal('tag'), url }),
])

export const build = z
  .strictObject({
    isolation: isolation
      .describe(
        'how the code of the repository is kept from the keys: { kind: user, user: builder }, { kind: bubblewrap } or { kind: none }',
      )
      .exactOptional(),
    environment: z
      .array(variableName)
      .default(['PATH', 'LANG'])
      .describe(
        'names of the environment variables that builds may see, with everything that they run; values of names such as NPM_TOKEN are masked',
      ),
    clean: anyCommands
      .default([])
      .describe(
        'commands that clean a clone before it is built in, and fetch what it lacks: files in git LFS, submodules',
      ),
    doctor: anyCommands
      .describe('commands that ask the toolchain about itself when a build has failed')
      .exactOptional(),
    targets: z.record(name, target).default({}).describe('what is built, by name; each in a clone of its own'),
    package: packageRules.describe('the tarball that is made from one target').exactOptional(),
    publish: publish.describe('where the package becomes public').exactOptional(),
  })
  .prefault({})
