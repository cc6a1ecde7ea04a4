/** A site that attacks whoever looks at it: what it answers is bounded, read as text, and forges nothing. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Card } from '../../src/release/card.ts'
import { wideTextOf } from '../card-text.ts'
import { FORGED, MISREAD } from './hostile-product.ts'
import { type House, openHouse } from './house.ts'

/** Says a version that is none, and never stops sending. */
const site = createServer((request, response) => {
  if (request.url === '/version.json') return response.end(JSON.stringify({ version: MISREAD, build_number: MISREAD }))
  if (request.method === 'HEAD') return response.writeHead(405).end()
  const send = () => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
    if (!response.destroyed) response.once('drain', send)
  }
  return send()
})

let house: House
beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  house = await openHouse({
    makepkg: 'stand-in',
    change: (configuration) => {
      const { harbour } = configuration.projects
      Object.assign(harbour.verify, { app: `http://127.0.0.1:${port}`, site: `http://127.0.0.1:${port}/endless` })
      return configuration
    },
  })
})
afterAll(async () => {
  await house.close()
  site.closeAllConnections()
  site.close()
})

test('a look at it ends, and shows what was found as text in one line', async () => {
  const said = wideTextOf((await house.asks('verify 3.1.2+001')) as Card)
  expect(said).toContain('VPS Web')
  expect(said).toContain('without TLS')
  expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  expect(said).not.toMatch(new RegExp(`^[\\s!*•-]*${FORGED}`, 'm'))
})
