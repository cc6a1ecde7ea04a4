/** An action as one line for a person: the very command, quoted only where a word needs it. */
import { quote } from '../argv/ssh.ts'
import type { Action } from './step.ts'

const PLAIN_WORD = /^[\w@%+=:,./<>~-]+$/

/** The line a dry run prints. */
export function actionText(action: Action): string {
  switch (action.do) {
    case 'command':
      return [place(action.cwd), commandText(action.argv)].join('')
    case 'remote':
      return `${action.host}: ${place(action.cwd)}${commandText(action.argv)}`
    case 'upload':
      return `upload ${action.from} to ${action.host}:${action.to}`
    case 'edit':
      return `edit ${action.file}: ${action.what}`
    case 'request':
      return `GET ${action.url}`
    case 'own':
      return action.what
  }
}

function commandText(argv: readonly string[]): string {
  return argv.map((word) => (PLAIN_WORD.test(word) ? word : quote(word))).join(' ')
}

function place(cwd: string | undefined): string {
  return cwd === undefined ? '' : `in ${cwd}: `
}
