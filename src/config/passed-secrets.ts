/** Secrets that are not the bot's own: what builds and publishing are given under a name that promises one. */
import type { Project, Publish } from '../release/project.ts'
import type { Secret } from '../release/redact/forms.ts'
import type { Environment } from './environment.ts'
import { SHORTEST_SECRET } from './environment-rules.ts'

const TELLING = /TOKEN|SECRET|PASS|KEY|AUTH|CREDENTIAL/i

/** For the masker, beside the bot's own: whatever a build runs can print them. A short value is a word such as `true`. */
export function passedSecrets(projects: readonly Project[], env: Environment): readonly Secret[] {
  const names = new Set(projects.flatMap(({ build }) => [...build.environment, ...besides(build.publish)]))
  return [...names]
    .filter((name) => TELLING.test(name))
    .map((name) => ({ name, value: env[name]?.trim() ?? '' }))
    .filter(({ value }) => value.length >= SHORTEST_SECRET)
}

function besides(publish: Publish | undefined): readonly string[] {
  return publish?.kind === 'command' ? (publish.environment ?? []) : []
}
