import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createNetwork } from '../../src/tools/network.ts'

const network = createNetwork()

async function listening(): Promise<number> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a port that takes connections is reached over its family', async () => {
  const reached = await network.reach({ host: '127.0.0.1', port: await listening() }, 2_000)
  expect(reached).toEqual({ resolved: true, tried: [{ family: 4, address: '127.0.0.1' }] })
})

test('a port that nobody listens on refuses', async () => {
  const reached = await network.reach({ host: '127.0.0.1', port: 1 }, 2_000)
  expect(reached).toEqual({ resolved: true, tried: [{ family: 4, address: '127.0.0.1', fault: 'refused' }] })
})

test('a name that is none has no address', async () => {
  const reached = await network.reach({ host: 'no such name', port: 1 }, 2_000)
  expect(reached).toMatchObject({ resolved: false, message: expect.stringContaining('no such name') })
})
