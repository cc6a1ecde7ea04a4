/** Writes the JSON schema that editors check slipway.yaml with: `npm run schema`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { jsonSchemaText } from './json-schema.ts'

writeFileSync(fileURLToPath(new URL('../../examples/slipway.schema.json', import.meta.url)), jsonSchemaText())
