/**
 * Command lines for the bot's own git: no hooks, no configuration of anybody else, no prompt, one key.
 * Nothing here runs; a step's `describe` returns these and its `run` executes them.
 */
import { dirname } from 'node:path'
import type { SshAccess } from '../release/project.ts'
import { gitSsh } from './ssh.ts'

/** A git command as a step describes it. */
export interface GitCommand {
  readonly do: 'command'
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly input?: string
}

/**
 * Settings that a hostile repository could otherwise use to run something with the bot's keys. Of ssh only the one in
 * GIT_SSH_COMMAND, which stands above `core.sshCommand`, is ever started.
 */
const HARDENING: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.sshCommand': 'false',
  'core.attributesFile': '/dev/null',
  'commit.gpgSign': 'false',
  'tag.gpgSign': 'false',
  'protocol.ext.allow': 'never',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'gc.auto': '0',
  'core.quotePath': 'false',
  'advice.detachedHead': 'false',
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Slipway',
  GIT_AUTHOR_EMAIL: 'slipway@localhost',
  GIT_COMMITTER_NAME: 'Slipway',
  GIT_COMMITTER_EMAIL: 'slipway@localhost',
}

/** Only what git needs: a stranger's configuration is never read. PATH is added by the shell port. */
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ALLOW_PROTOCOL: 'file:http:https:ssh',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C.UTF-8',
  ...IDENTITY,
  ...configuration(HARDENING),
}

/**
 * git in the root folder of a repository; with `access`, over ssh with that key. `input` is what git reads from standard input.
 * A broken or missing repository there is an error: git never looks for another one in the folders above.
 */
export function git(
  folder: string,
  args: readonly string[],
  more: { readonly access?: SshAccess; readonly input?: string } = {},
): GitCommand {
  return {
    do: 'command',
    argv: ['git', '-C', folder, ...args],
    env: {
      ...ENVIRONMENT,
      GIT_CEILING_DIRECTORIES: dirname(folder),
      ...(more.access ? { GIT_SSH_COMMAND: gitSsh(more.access) } : {}),
    },
    ...(more.input === undefined ? {} : { input: more.input }),
  }
}

/** Makes a clone; its remote is named origin. Never with hooks or submodules. */
export function gitClone(url: string, folder: string, access: SshAccess, more: readonly string[] = []): GitCommand {
  return {
    do: 'command',
    argv: ['git', 'clone', '--quiet', '--no-recurse-submodules', '--template=', ...more, '--', url, folder],
    env: { ...ENVIRONMENT, GIT_SSH_COMMAND: gitSsh(access) },
  }
}

/** Settings as git 2.31 reads them from its environment, above every file, so that a command line stays readable. */
export function configuration(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = Object.entries(settings)
  const numbered = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(pairs.length), ...Object.fromEntries(numbered) }
}
