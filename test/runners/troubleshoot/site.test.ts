import { describe, expect, test } from 'vitest'
import type { HttpAnswer, HttpFault } from '../../../src/ports/http.ts'
import type { ProbeName } from '../../../src/release/recovery.ts'
import { project as sample } from '../../release/sample.ts'
import { makeBench } from '../make-context.ts'
import { answers } from '../world.ts'
import { answered, troubleshoot } from './asking.ts'

const [APP, SITE] = ['https://app.example.org', 'https://example.org']
const FILE = `${APP}/version.json`
const version = (full: string) => {
  const [number, build] = full.split('+')
  return { body: JSON.stringify({ version: number, build_number: build }) }
}
const fault = (code: HttpFault['code']): HttpFault => ({ ok: false, code, message: `the site: ${code}` })

function ask(name: ProbeName, seen: Readonly<Record<string, Partial<HttpAnswer> | HttpFault>>, switched = true) {
  const project = { verify: { ...sample.verify, app: APP, site: SITE } }
  const http = answers({ [SITE]: {}, [FILE]: version('3.1.3+001'), ...seen })
  const bench = makeBench({ project, ports: { http } })
  if (switched) bench.leave('vps.pull:one', {})
  return answered(troubleshoot(bench, name))
}

describe('the certificate', () => {
  test.each([
    ['valid', {}, 'valid'],
    ['expired', { [FILE]: fault('tls-expired') }, 'bad'],
    ['of an unknown authority', { [SITE]: fault('tls-unknown-authority') }, 'bad'],
    ['not to be seen', { [SITE]: fault('refused') }, 'silent'],
  ] as const)('is %s', async (_, seen, answer) =>
    expect(await ask('probe.certificate', seen)).toMatchObject({ answer }),
  )
})

describe('the site', () => {
  test.each([
    ['serves the release', {}, 'right'],
    ['serves the version before', { [FILE]: version('3.1.2+001') }, 'other'],
    ['serves another build', { [FILE]: version('3.1.3+000') }, 'other'],
    ['names no version', { [FILE]: { body: '<html>' } }, 'other'],
    ['shows an error', { [FILE]: { status: 403 } }, 'down'],
    ['is broken', { [SITE]: { status: 502 } }, 'down'],
    ['does not answer', { [SITE]: fault('refused') }, 'down'],
  ] as const)('%s', async (_, seen, answer) => expect(await ask('probe.site', seen)).toMatchObject({ answer }))

  test('may serve whatever it does until a server is switched', async () => {
    expect(await ask('probe.site', { [FILE]: version('3.1.2+001') }, false)).toMatchObject({ answer: 'right' })
    expect(await ask('probe.site', { [FILE]: { status: 502 } }, false)).toMatchObject({ answer: 'down' })
  })
})
