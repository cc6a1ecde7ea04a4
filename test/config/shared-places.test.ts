/** Projects are released side by side: what one of them deploys, submits or publishes is no other one's. */
import { expect, test } from 'vitest'
import { load, mistakesOf, SHOP, spoiled } from './sample.ts'

const [HEAD = '', PROJECT = '', TAIL = ''] = SHOP.split(/(?<=^projects:\n)|(?=^roles:)/m)
/** A second project that shares nothing with the first. */
const STALL = [
  ['shop:', 'stall:'],
  ['branch: master', 'branch: master\n      tag: { name: "stall-v{full}" }'],
  ['shop-{full}.tar.gz", root', 'stall-{full}.tar.gz", root'],
  ['https://example.org/shop-', 'https://example.org/stall-'],
  ['archlinux.org/shop.git', 'archlinux.org/stall.git'],
  ['host: a.example.org', 'host: c.example.org'],
  ['host: b.example.org', 'host: d.example.org'],
].reduce((text, [piece = '', by = '']) => spoiled(piece, by, text), PROJECT)
const both = (second: string) => `${HEAD}${PROJECT}${second}${TAIL}`

test('two projects that share nothing are read', () => {
  expect(load(both(STALL))).toMatchObject({ ok: true })
})

test.each([
  [
    'a checkout on a server',
    'c.example.org, user: deploy, directory: /opt/shop',
    'B.example.org, port: 22, user: deploy, directory: /opt/shop/',
    'vps.hosts[0].directory',
    'This checkout on the server belongs to "shop" already. Two projects there would deploy over each other',
  ],
  [
    'an AUR repository',
    'archlinux.org/stall.git',
    'archlinux.org/shop.git',
    'aur.url',
    'This repository of the AUR belongs to "shop" already. A package is released by one project',
  ],
  [
    'a public address',
    'https://example.org/stall-',
    'https://example.org/shop-',
    'build.publish.url',
    'This public address belongs to "shop" already. What is public is never replaced',
  ],
  [
    'a tag, also one with fewer parts,',
    'stall-v{full}',
    'v{version}',
    'repository.tag.name',
    'The tag v{version} of this repository belongs to "shop" already. Give the tags of each project a name of their own',
  ],
])('%s is of one project alone', (_, piece, by, path, says) => {
  const text = both(spoiled(piece, by, STALL))
  const [only, ...others] = mistakesOf(text)
  expect(others).toEqual([])
  expect(only?.path).toBe(`projects.stall.${path}`)
  expect(text.split('\n')[(only?.line ?? 0) - 1]).toContain(by.slice(-20))
  expect(`${only?.what} ${only?.remedy}`).toContain(says)
})

test.each([
  ['another user', 'c.example.org, user: deploy', 'a.example.org, user: stall'],
  ['another port', 'c.example.org, user: deploy', 'a.example.org, port: 2222, user: deploy'],
  [
    'another directory',
    'c.example.org, user: deploy, directory: /opt/shop',
    'a.example.org, user: deploy, directory: /opt/stall',
  ],
])('the same server with %s is another place', (_, piece, by) => {
  expect(mistakesOf(both(spoiled(piece, by, STALL)))).toEqual([])
})

test('the tag that a project has by default is of one project alone too', () => {
  const [only, ...others] = mistakesOf(both(spoiled('\n      tag: { name: "stall-v{full}" }', '', STALL)))
  expect(others).toEqual([])
  expect(only?.path).toBe('projects.stall.repository.url')
  const elsewhere = spoiled('git@git.example.org:shop.git', 'git@git.example.org:stall.git', STALL)
  expect(load(both(spoiled('\n      tag: { name: "stall-v{full}" }', '', elsewhere)))).toMatchObject({ ok: true })
})
