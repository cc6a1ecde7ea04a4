/** The least that can be done in Bolt: one command, acknowledged. What `bench:slack` compares Slipway with. */
import { App } from '@slack/bolt'

const [port = '', signingSecret = ''] = process.argv.slice(2)
const authorize = async () => ({ botToken: 'xoxb-bare' })
const app = new App({ signingSecret, authorize, port: Number(port) })
app.command(/.*/, ({ ack }) => ack())
await app.start(Number(port))
process.stdout.write('listening\n')
