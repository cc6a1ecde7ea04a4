/** The configuration as a JSON schema, draft 7, as editors read it. */
import { z } from 'zod'
import { configuration } from './schema.ts'

/** The text of examples/slipway.schema.json. It describes the file as it is written, before defaults are filled in. */
export function jsonSchemaText(): string {
  const schema = z.toJSONSchema(configuration, { io: 'input', target: 'draft-7', reused: 'inline' })
  return `${JSON.stringify({ ...schema, title: 'Slipway configuration' }, null, 2)}\n`
}
