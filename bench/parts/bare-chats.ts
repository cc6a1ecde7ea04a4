/** The least that can be done with Bolt and discord.js: whatever comes is acknowledged. A process of its own. */
import { App } from '@slack/bolt'
import { Client, GatewayIntentBits } from 'discord.js'

const [port = '', signingSecret = '', token = '', api = ''] = process.argv.slice(2)
const authorize = async () => ({ botToken: 'xoxb-bare' })
const app = new App({ signingSecret, authorize, port: Number(port) })
app.command(/.*/, ({ ack }) => ack())
await app.start(Number(port))

const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api } })
client.on('interactionCreate', (interaction) => {
  if (interaction.isChatInputCommand()) void interaction.deferReply()
})
await client.login(token)
