/** A process of its own: lets everybody in; a command is how to print without an end, or else answered quietly. Tells its port, and when it has printed enough. */
import { type AddressInfo, createServer } from 'node:net'
import ssh2, { type ServerChannel } from 'ssh2'

/** What a command asks for, as JSON. */
export interface Loud {
  readonly text: string
  readonly to: readonly ('stdout' | 'stderr')[]
  /** Goes on after the channel was closed. */
  readonly isDeaf: boolean
  /** Bytes. */
  readonly enough: number
}

function print(channel: ServerChannel, { text, to, isDeaf, enough }: Loud): void {
  const piece = Buffer.from(text.repeat(Math.ceil(16_384 / text.length)))
  let [isOver, printed] = [false, 0]
  channel.on('error', () => {}).on('close', () => (isOver = !isDeaf))
  const talk = (stream: NodeJS.WritableStream) => {
    if (isOver || !stream.writable) return
    printed += piece.length
    if (printed >= enough && printed - piece.length < enough) process.send?.('enough')
    stream.write(piece, () => setImmediate(talk, stream))
  }
  for (const each of to) talk(channel[each])
}

const [hostKey = ''] = process.argv.slice(2)
const machine = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
  connection.on('error', () => {}).on('authentication', (context) => context.accept())
  connection.on('session', (accept) =>
    accept().on('exec', (take, _, { command }) => {
      const channel = take()
      if (command.startsWith('{')) return print(channel, JSON.parse(command))
      channel.exit(0)
      channel.end('quiet')
    }),
  )
})
const listener = createServer((socket) => machine.injectSocket(socket.on('error', () => {})))
listener.listen(0, '127.0.0.1', () => process.send?.((listener.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
