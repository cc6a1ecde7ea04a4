/** How a command is written so that Discord fills in its form when it is pasted: `/deploy version:3.1.3 dry-run:True`. */
import type { CommandForm } from '../../src/ports/command-form.ts'

/** A line with places left open, such as a usage, is no command and stays as it is. */
const OPEN = /[[\]<>…]/

export function createSpell(forms: readonly CommandForm[]): (command: string) => string {
  return (command) => {
    const [name = ''] = command.split(' ')
    const values = OPEN.test(command) ? undefined : forms.find((form) => form.name === name)?.read(command)
    if (values === undefined) return `/${command}`
    const filled = Object.entries(values).filter(([, value]) => value !== false)
    return [`/${name}`, ...filled.map(([field, value]) => `${field}:${value === true ? 'True' : value}`)].join(' ')
  }
}
