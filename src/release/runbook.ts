/**
 * What is left to do by hand after a rollback that did not end well: exact commands for each component that is not back, made
 * from the evidence of the deployment.
 */
import type { Deployment, Evidence } from './deployment.ts'
import { evidenceOf } from './evidence.ts'
import type { Host } from './project.ts'

export interface Runbook {
  readonly title: string
  readonly commands: readonly string[]
}

/** One block for each undo step that is not done, in their order. `spell`: how a command of the bot is written. */
export function runbookOf(deployment: Deployment, spell: (command: string) => string): readonly Runbook[] {
  const open = deployment.plan.filter(
    ({ phase, id }) => phase === 'rollback' && deployment.steps[id]?.status !== 'done',
  )
  const evidence = evidenceOf(deployment)
  return open.flatMap(
    ({ name, item }) => BY_HAND[name as keyof typeof BY_HAND]?.(deployment, evidence, item, spell) ?? [],
  )
}

type ByHand = (
  deployment: Deployment,
  evidence: Evidence,
  item: string | undefined,
  spell: (command: string) => string,
) => Runbook | undefined

const BY_HAND = {
  'rollback.server': (deployment, evidence, item) => {
    const host = deployment.project.vps?.hosts.find(({ name }) => name === item)
    if (host === undefined) return undefined
    return {
      title: `Server ${host.name}: put back what served before`,
      commands: serverCommands(deployment, evidence, host),
    }
  },
  'rollback.aur': ({ project: { aur } }, { aurHead }) =>
    aur && {
      title: 'AUR: put the previous files back, as a new commit',
      commands: [
        `git clone ${aur.url} ${aur.package} && cd ${aur.package}`,
        `git checkout ${String(aurHead ?? '<the commit before>')} -- . && git commit -m 'Back to the previous version' && git push`,
      ],
    },
  'rollback.tag': ({ project }, { tag }) =>
    tag === undefined
      ? undefined
      : { title: 'Git: remove the tag', commands: [`git push ${project.repository.url} --delete refs/tags/${tag}`] },
  'rollback.git': ({ project, commit }, { documentationCommit }) => ({
    title: 'Git: take the release commits back, in a clone of the product',
    commands: [
      `git revert --no-edit ${[documentationCommit, commit].filter((one) => one !== undefined).join(' ')}`,
      `git push origin ${project.repository.branch}`,
    ],
  }),
  'rollback.publish': (_, { publishedUrl }) => ({
    title: 'Published package: it still answers here; remove it where it is kept',
    commands: [`curl -I ${String(publishedUrl ?? '')}`],
  }),
  'rollback.verify': (_deployment, _evidence, _item, spell) => ({
    title: 'Then look from outside',
    commands: [spell('verify')],
  }),
} as const satisfies Readonly<Record<string, ByHand>>

function serverCommands({ project }: Deployment, evidence: Evidence, host: Host): readonly string[] {
  const { name, user, host: address, port, directory } = host
  const commit = String(evidence[`keptCommit:${name}`] ?? '<the commit before>')
  const job = evidence[`job:${name}`]
  const kept = evidence[`keptPaths:${name}`]
  const paths = Array.isArray(kept) && job !== undefined ? kept.map(String) : []
  return [
    `ssh -p ${port} ${user}@${address}`,
    `cd ${directory} && git reset --hard ${commit}`,
    ...paths.map((path) => `rsync -a --delete ${String(job)}/kept/${path}/ ${directory}/${path}/`),
    ...(paths.length === 0 ? [(project.vps?.deploy ?? []).join(' ')] : []),
    ...(project.vps?.restart === undefined ? [] : [project.vps.restart.join(' ')]),
  ]
}
