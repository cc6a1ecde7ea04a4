/** Where a release goes and how it is proved to have arrived: the AUR, the servers, the verification. */
import { z } from 'zod'
import { aurAddress, webAddress } from './addresses.ts'
import { sshAccess } from './schema-source.ts'
import { says } from './wording.ts'
import {
  anyCommands,
  argv,
  commands,
  duration,
  hostName,
  localPath,
  name,
  port,
  repositoryPath,
  serverFolder,
  text,
  userName,
} from './words.ts'

/** pkgname as PKGBUILD(5) allows it. */
const packageName = z
  .string()
  .regex(
    /^[a-z0-9@_+][a-z0-9@._+-]{0,254}$/,
    says(
      '"{written}" is not a package name.',
      'Use small letters, digits and @ . _ + -, not beginning with a dot or hyphen.',
    ),
  )

const makepkgArgument = z
  .string()
  .regex(/^-[^\0]*$/, says('"{written}" is not an option of makepkg.', 'Write an option, such as --nodeps.'))

const makepkg = z
  .strictObject({ args: z.array(makepkgArgument).default([]).describe('options added to makepkg') })
  .prefault({})

export const aur = z.strictObject({
  package: packageName.describe('the name of the package on the AUR'),
  directory: repositoryPath.describe('the folder of the repository that holds PKGBUILD and its companions'),
  url: aurAddress.describe('the git address, such as ssh://aur@aur.archlinux.org/product.git'),
  web: webAddress.default('https://aur.archlinux.org').describe('the base of the package pages and of the RPC'),
  maintainer: text.describe('the account that has to maintain the package').exactOptional(),
  ssh: sshAccess.describe('how the AUR is reached over ssh'),
  makepkg: makepkg.describe('how makepkg is called'),
  smoke: argv
    .refine(
      ([program]) => repositoryPath.safeParse(program).success,
      says(
        'The program of smoke is not inside the package.',
        'Write its path without the leading slash, such as usr/bin/product.',
      ),
    )
    .describe('the installed program and its arguments; its output has to name the version, and not the one before')
    .exactOptional(),
})

const host = z.strictObject({
  name: name.describe('what the server is called in messages and steps'),
  host: hostName.describe('its host name or address'),
  port: port.default(22).describe('its ssh port'),
  user: userName.describe('the account that deploys there'),
  directory: serverFolder.describe('the checkout on the server, such as /opt/product'),
  ssh: sshAccess.describe('how the server is reached'),
  app: webAddress
    .describe('the address at which this server alone answers, where there are several; asked like verify.app')
    .exactOptional(),
})

const upload = z.strictObject({
  target: name.describe('the target whose output is uploaded'),
  to: repositoryPath.describe('where it goes, relative to the checkout on the server'),
})

export const vps = z.strictObject({
  hosts: z.array(host).min(1).describe('the servers; the first one is switched alone'),
  batch: z.int().min(1).max(100).default(1).describe('how many of the others are switched side by side'),
  upload: upload
    .describe('brings a built target to the server; without it the server builds the web itself')
    .exactOptional(),
  stage: anyCommands.default([]).describe('commands on the server that prepare and change nothing that serves'),
  deploy: argv.describe('the command that switches the server, such as [./scripts/deploy.sh]'),
  keep: z
    .array(repositoryPath)
    .default([])
    .describe(
      'paths of the checkout kept before a switch, for a rollback without a build; what upload.to names is always kept',
    ),
  restart: argv.describe('the command that restarts the services').exactOptional(),
  status: argv.describe('the command that says how the services are').exactOptional(),
  logs: argv.describe('the command that prints the last lines of the services').exactOptional(),
  irreversible: z.array(repositoryPath).default([]).describe('globs of files whose change no rollback can take back'),
})

const row = z.strictObject({
  name: text.describe('what the check is called in the matrix'),
  run: commands.describe('the command that has to end with 0, or a list of commands'),
})

export const verify = z
  .strictObject({
    app: webAddress.describe('the web application; /version.json is asked below it').exactOptional(),
    site: webAddress.describe('the main site; it has to answer 200 over valid TLS').exactOptional(),
    ca: localPath.describe('a PEM file with an authority of your own').exactOptional(),
    deadline: duration.prefault('10m').describe('how long verification may wait for what lags behind'),
    rows: z.array(row).default([]).describe('further rows of the matrix'),
  })
  .prefault({})
