/** The whole configuration as a schema: every key of `slipway.yaml`, its default, and what it is for. */
import { z } from 'zod'
import { PLAN, type ReleaseStepName } from '../release/plan.ts'
import { build } from './schema-build.ts'
import { aur, verify, vps } from './schema-delivery.ts'
import { conduct, person, role } from './schema-people.ts'
import { repository, version } from './schema-source.ts'
import { says } from './wording.ts'
import { name, text } from './words.ts'

const steps = z.enum(Object.keys(PLAN) as [ReleaseStepName, ...ReleaseStepName[]])
const minutes = z.number().positive().max(1440)

const project = z.strictObject({
  title: text.describe('what the product is called in messages; its name when left out').exactOptional(),
  repository: repository.describe('the git repository of the product'),
  version: version.describe('which files name the version'),
  build: build.describe('what is built, packed and published'),
  aur: aur.describe('the package on the AUR; without it the phase is left out').exactOptional(),
  vps: vps.describe('the servers; without them the phase is left out').exactOptional(),
  verify: verify.describe('how a release is verified from outside'),
  ...conduct,
  deadlines: z
    .partialRecord(
      steps,
      z.union([
        minutes,
        z.strictObject({
          minutes: minutes.describe('how long the step may take').exactOptional(),
          quiet: minutes.describe('how long what it runs may print nothing').exactOptional(),
        }),
      ]),
    )
    .default({})
    .describe(
      'minutes by step, in place of those of the plan; or { minutes, quiet }: quiet is how long it may print nothing',
    ),
})

/**
 * What the file may hold. Rules between several keys are in `rules.ts`: zod would hold them back until everything
 * else is right, and all mistakes are to be told at once.
 */
export const configuration = z
  .strictObject({
    projects: z
      .record(name, project)
      .refine(
        (projects) => Object.keys(projects).length > 0,
        says('There is no project.', 'Add one, as in examples/cloudtolocalllm.yaml.'),
      )
      .describe('what is shipped, by name'),
    roles: z.record(name, role).default({}).describe('groups of accounts, by name, that access and onCall speak of'),
    people: z
      .record(name, person)
      .default({})
      .describe('whose accounts are whose, by name; where a second person approves, only these accounts count'),
  })
  .describe('projects, roles and people')

export type WrittenConfiguration = z.output<typeof configuration>
export type WrittenProject = z.output<typeof project>
