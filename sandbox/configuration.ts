/** The slipway.yaml of the world: one project, Harbour, shipped to the world's own origin, AUR, server and addresses. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { PACKAGE } from './product.ts'
import type { Whereabouts } from './world.ts'

/** The terminal account that may do everything in the sandbox. */
export const PERSON = 'you'

/** Writes the file, readable by its owner alone, and returns its path. `change` has the last word on what it holds. */
export async function writeConfiguration(
  world: Whereabouts,
  change: (configuration: Configuration) => unknown = (configuration) => configuration,
): Promise<string> {
  const file = join(world.folder, 'slipway.yaml')
  const text = stringify(change(configurationOf(world)), { lineWidth: 120 })
  await writeFile(file, `# The sandbox: everything named here is in this folder and ends with it.\n${text}`, {
    mode: 0o600,
  })
  return file
}

export type Configuration = ReturnType<typeof configurationOf>

function configurationOf(world: Whereabouts) {
  return {
    projects: {
      harbour: {
        title: 'Harbour',
        repository: { url: world.origin.url, branch: 'master', tag: { name: 'v{full}', when: 'finish' } },
        version: version(),
        build: build(world),
        aur: aur(world),
        vps: vps(world),
        verify: verify(world),
        documentation: ['README.md', 'CHANGELOG.md'],
        approvals: { requesterMayApprove: true },
        access: { view: 'everyone', deploy: ['crew'], approve: ['crew'], admin: ['crew'] },
        onCall: ['crew'],
        runbook: 'docs/RUNBOOK.md',
      },
    },
    roles: { crew: { terminal: [PERSON] } },
  }
}

function version() {
  const versionJson = { version: '{version}', build_number: '{build}', build_date: '{date}', git_commit: '{commit}' }
  return {
    source: { file: 'pubspec.yaml', kind: 'pubspec' },
    sync: [
      { file: 'assets/version.json', kind: 'json', set: versionJson },
      { file: 'aur-package/PKGBUILD', kind: 'pkgbuild' },
      { file: 'lib/config/app_config.dart', kind: 'pattern', pattern: "appVersion = '{version}'" },
    ],
    allow: ['README.md', 'CHANGELOG.md', 'docs/**'],
  }
}

function build({ isolation, published, environment }: Whereabouts) {
  const name = `${PACKAGE}-{version}-{build}-x86_64.tar.gz`
  return {
    isolation,
    environment: [...new Set(['PATH', 'LANG', ...Object.keys(environment)])],
    clean: [
      ['flutter', 'clean'],
      ['flutter', 'pub', 'get'],
    ],
    targets: {
      linux: {
        run: [['flutter', 'build', 'linux', '--release']],
        output: 'build/linux/x64/release/bundle',
        smoke: [`./${PACKAGE}`, '--version'],
      },
      web: { run: [['flutter', 'build', 'web', '--release']], output: 'build/web', smoke: ['cat', 'version.json'] },
    },
    package: { target: 'linux', name, root: `${PACKAGE}-{version}` },
    publish: { kind: 'directory', directory: published.folder, url: `${published.url}/${name}` },
  }
}

function aur({ aur }: Whereabouts) {
  return {
    package: PACKAGE,
    directory: 'aur-package',
    url: aur.gitUrl,
    web: aur.webUrl,
    maintainer: aur.maintainer,
    makepkg: { args: ['--nodeps', '--ignorearch'] },
    smoke: [`usr/bin/${PACKAGE}`, '--version'],
  }
}

function vps({ server }: Whereabouts) {
  const { host, port, user, directory, keyFile, knownHostsFile } = server
  return {
    hosts: [{ name: 'pier', host, port, user, directory, ssh: { key: keyFile, knownHosts: knownHostsFile } }],
    upload: { target: 'web', to: 'build/web' },
    deploy: ['./scripts/deploy/update_and_deploy.sh'],
    keep: ['build/web'],
    status: ['./scripts/deploy/status.sh'],
  }
}

function verify({ site, caFile }: Whereabouts) {
  return {
    app: site.appUrl,
    site: site.siteUrl,
    ca: caFile,
    deadline: '1m',
    rows: [{ name: 'the product’s own check', run: ['./scripts/deploy/verify_deployment.sh'] }],
  }
}
