/** Fixes in the bot's own folders: they clear what was made, and the steps that are open again make it anew. */
import type { Facts } from '../../../release/facts.ts'
import { cloneOf, packedOutput } from '../../artifacts.ts'
import { type Action, step } from '../../step.ts'
import { versionFiles } from '../../version/texts.ts'

/** Clone and output of the target that failed, or of all; the package, where it is made of one of them; the caches in the HOME of builds. */
export const rebuild = clearing((facts) => {
  const { targets, package: rules } = facts.project.build
  const names = targets.map(({ name }) => name).filter((name) => facts.item === '' || name === facts.item)
  const packages = rules && names.includes(rules.target) ? ['package', 'publish'] : []
  return [
    ...names.flatMap((name) => [cloneOf(facts, name), packedOutput(facts, name)]),
    ...packages.map((name) => `${facts.folders.builds}/${name}`),
    facts.folders.home,
  ]
})

/** The PKGBUILD with the sums of our package, its .SRCINFO, and the commit on the AUR's head as it is now. */
export const regenerate = clearing(({ folders }) => [folders.packageTest, folders.aur])

/** The version steps do it: this says beforehand what they will run and push. */
export const sync = step({
  describe(facts) {
    const { repository } = facts.project
    return {
      set: {
        do: 'own',
        what: `set ${facts.release.full} in ${versionFiles(facts.project).join(', ')}`,
      } satisfies Action,
      commit: { do: 'own', what: 'commit exactly the files of these that changed' } satisfies Action,
      push: {
        do: 'own',
        what: `push that commit to ${repository.branch} of ${repository.url}, never by force`,
      } satisfies Action,
    }
  },
  run: async () => ({ ok: true, evidence: {} }),
})

function clearing(foldersOf: (facts: Facts) => readonly string[]) {
  return step({
    describe: (facts) => ({
      clear: foldersOf(facts).map((folder): Action => ({ do: 'own', what: `remove ${folder}` })),
    }),
    async run({ facts, ports }) {
      for (const folder of foldersOf(facts)) await ports.files.remove(folder)
      return { ok: true, evidence: {} }
    },
  })
}
