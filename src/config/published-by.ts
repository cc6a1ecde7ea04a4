/** What a place to publish at cannot carry out: it would show only once the release is committed, pushed and built. */
import { nearest } from './nearest.ts'
import { quoted, says } from './wording.ts'
import { at, listAt, type Path } from './written.ts'

type Fault = { readonly path: Path; readonly message: string }

const PUBLISH: Path = ['build', 'publish']
/** What stands for something in a command. Other braces are its own, such as the `{print}` of an awk program. */
const PLACEHOLDERS = ['file', 'sha256', 'url', 'version', 'build', 'full']

export function publishedBy(project: unknown): readonly Fault[] {
  return at(project, ...PUBLISH, 'kind') === 'command' ? commandFaults(project) : folderFaults(project)
}

function commandFaults(project: unknown): readonly Fault[] {
  const path = [...PUBLISH, 'run']
  const commands = listAt(project, ...path)
  const paths: readonly Path[] = commands.some(Array.isArray) ? commands.map((_, index) => [...path, index]) : [path]
  return paths.flatMap((command) =>
    listAt(project, ...command).flatMap((word, index) => {
      const message = typeof word === 'string' ? judgeWord(word, index === 0) : undefined
      return message === undefined ? [] : [{ path: [...command, index], message }]
    }),
  )
}

function judgeWord(word: string, isProgram: boolean): string | undefined {
  const named = [...word.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const strange = named.find((name) => !PLACEHOLDERS.includes(name) && nearest(name, PLACEHOLDERS) !== undefined)
  if (strange !== undefined)
    return says(`{${strange}} is not a placeholder here.`, `Write {${nearest(strange, PLACEHOLDERS)}}.`)
  const isBeside = isProgram && word.includes('/') && !word.startsWith('/')
  const remedy = 'It is run in a folder that holds the package alone. Write a program of the PATH, or an absolute path.'
  return isBeside ? says(`${quoted(word)} is not there when it is run.`, remedy) : undefined
}

/** The folder is the same for every release. */
function folderFaults(project: unknown): readonly Fault[] {
  const path = [...PUBLISH, 'directory']
  const folder = at(project, ...path)
  if (typeof folder !== 'string' || !/\{(?:version|build|full)\}/.test(folder)) return []
  const remedy = 'Write the folder alone; what tells releases apart is the name of the file, at the end of url.'
  return [{ path, message: says('A folder takes no placeholders.', remedy) }]
}
