import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { freePort } from './free-port.ts'

test('a port that was given is given to nobody else, also in another process, before its program listens', async () => {
  const port = await freePort()
  const [error] = await once(createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true }), 'error')
  expect(error).toMatchObject({ code: 'EADDRINUSE' })
})
