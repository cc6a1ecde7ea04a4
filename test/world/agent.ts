/** A real ssh-agent, and keys as ssh-keygen makes them, with a passphrase or without. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../sandbox/programs.ts'
import { type Part, startPart } from './part.ts'
import { takesConnections } from './until.ts'

export interface Agent {
  readonly socket: string
  readonly log: string
  /** Takes up a key, as a person does who types its passphrase once. */
  add(key: Pick<KeyFile, 'file' | 'passphrase'>): Promise<void>
  close: Part['end']
}

export interface KeyFile {
  readonly file: string
  readonly public: string
  readonly passphrase: string
}

export async function startAgent(folder: string, env: Readonly<Record<string, string>>): Promise<Agent> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const [socket, log] = [join(folder, 'agent.sock'), join(folder, 'agent.log')]
  const argv = ['ssh-agent', '-D', '-a', socket]
  const part = await startPart({ name: 'ssh-agent', argv, env, log, isReady: () => takesConnections(socket) })
  return {
    socket,
    log,
    close: part.end,
    add: async ({ file, passphrase }) => {
      const asks = join(folder, 'askpass')
      await writeFile(asks, '#!/bin/sh\nprintf "%s\\n" "$PASSPHRASE"\n', { mode: 0o700 })
      const asking = { SSH_ASKPASS: asks, SSH_ASKPASS_REQUIRE: 'force', PASSPHRASE: passphrase }
      await run('ssh-add', ['-q', file], { env: { ...env, ...asking, SSH_AUTH_SOCK: socket } })
    },
  }
}

/** A fresh key in a file of its own; an empty passphrase is none. */
export async function newKeyFile(file: string, passphrase: string): Promise<KeyFile> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'slipway', '-f', file])
  return { file, passphrase, public: (await readFile(`${file}.pub`, 'utf8')).trim() }
}
