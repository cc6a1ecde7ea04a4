/** Loaded by `npm start` before `main.ts`: what was compiled for one start is kept for the next, which takes half as long. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/** Beside what is installed, not in /tmp as by default: whoever could write there could have the bot run their code. */
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/slipway'))
