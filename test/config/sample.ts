/** A small configuration that is right, for tests to spoil one line of. */
import { type Loaded, loadConfiguration } from '../../src/config/load.ts'
import type { Mistake } from '../../src/config/mistake.ts'
import type { Project } from '../../src/release/project.ts'

const WHERE = { file: '/etc/slipway/slipway.yaml', home: '/home/ana' }

export const SHOP = `projects:
  shop:
    repository:
      url: git@git.example.org:shop.git
      branch: master
    version:
      source: { file: pubspec.yaml, kind: pubspec }
    build:
      isolation: { kind: none }
      targets:
        web: { run: [make, web], output: build/web }
        linux: { run: [[make, linux], [make, strip]], output: build/linux }
      package: { target: linux, name: "shop-{full}.tar.gz", root: shop }
      publish: { kind: directory, directory: public, url: "https://example.org/shop-{full}.tar.gz" }
    aur:
      package: shop
      directory: aur
      url: ssh://aur@aur.archlinux.org/shop.git
    vps:
      hosts:
        - { name: web-1, host: a.example.org, user: deploy, directory: /opt/shop }
        - { name: web-2, host: b.example.org, user: deploy, directory: /opt/shop }
      upload: { target: web, to: build/web }
      deploy: [./deploy.sh]
    verify:
      app: https://app.example.org
      rows: [{ name: own check, run: [./check.sh] }]
    access: { deploy: [developers] }
roles:
  developers: { terminal: [ana] }
people:
  ana: { terminal: ana }
  ben: { terminal: ben }
`

/** The sample with one piece replaced. Says so when there is no such piece, so that no test passes by accident. */
export function spoiled(piece: string, by: string, text = SHOP): string {
  if (!text.includes(piece)) throw new Error(`The sample does not hold: ${piece}`)
  return text.replace(piece, () => by)
}

export function load(text: string): Loaded {
  return loadConfiguration(text, WHERE)
}

export function mistakesOf(text: string): readonly Mistake[] {
  const loaded = load(text)
  return loaded.ok ? [] : loaded.mistakes
}

export function projectOf(text: string): Project {
  const loaded = load(text)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes, null, 2))
  const [project] = loaded.projects
  if (project === undefined) throw new Error('No project')
  return project
}
