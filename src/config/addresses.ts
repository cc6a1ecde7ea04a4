/** Addresses: whole, without credentials, and encrypted unless they stay on this machine. */

import { says } from './wording.ts'
import { judged } from './words.ts'

/** Finds fault with a web address. Placeholders may stand anywhere behind the host. */
export function judgeWebAddress(text: string): string | undefined {
  const url = parse(text.replace(/\{\w+\}/g, '0'))
  if (url === undefined || !/^https?:\/\//i.test(text))
    return says('"{written}" is not a web address.', 'Write it whole, such as https://app.example.org.')
  if (url.username !== '' || url.password !== '') return credentials('web address')
  return judgePlain(url)
}

/** Finds fault with the address of a git repository: ssh, https, or a folder of this machine. */
function judgeGitAddress(text: string): string | undefined {
  if (/^(?:file:\/\/)?\/[^\s\p{Cc}]*$/u.test(text) || isShort(text)) return undefined
  const url = parse(text)
  if (url === undefined || !['ssh:', 'https:', 'http:'].includes(url.protocol) || /^[-%]/.test(url.hostname))
    return says(
      '"{written}" is not the address of a git repository.',
      'Write git@host:path, ssh://user@host/path or https://host/path.',
    )
  if (url.password !== '' || (url.protocol !== 'ssh:' && url.username !== '')) return credentials('git address')
  return judgePlain(url)
}

export const webAddress = judged(judgeWebAddress)
export const gitAddress = judged(judgeGitAddress)
export const aurAddress = judged(judgeAurAddress)

/** The address that the AUR's own pages show is one to read from; it takes pushes over ssh alone. */
function judgeAurAddress(text: string): string | undefined {
  const isWeb = /^https?:/i.test(text)
  const url = isWeb ? parse(text) : undefined
  if (url === undefined) return judgeGitAddress(text)
  return says(
    '"{written}" takes no pushes.',
    `Write ssh://aur@${url.hostname}${url.pathname}, with a key under aur.ssh.`,
  )
}

/** scp's short form: `git@host:path`. */
function isShort(text: string): boolean {
  return /^(?:[A-Za-z0-9_][\w.+-]*@)?[A-Za-z0-9][\w.-]*:(?!\/\/)(?!-)[^\s\p{Cc}:]+$/u.test(text)
}

function judgePlain(url: URL): string | undefined {
  if (url.protocol !== 'http:' || isLoopback(url.hostname)) return undefined
  return says(
    '"{written}" is not encrypted.',
    'Write https://; plain http is only for this machine (127.0.0.1, localhost).',
  )
}

function credentials(kind: string): string {
  return says(
    `The ${kind} holds credentials.`,
    'Take what stands before the @ out and use an ssh key; this file is no place for secrets.',
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function parse(text: string): URL | undefined {
  return /[\s\p{Cc}]/u.test(text) ? undefined : (URL.parse(text) ?? undefined)
}
