/** Texts with placeholders for the version: which ones they may hold, and whether they tell two builds apart. */
import type { Project } from '../release/project.ts'
import { judgeWebAddress } from './addresses.ts'
import { nearest } from './nearest.ts'
import { says } from './wording.ts'
import { judged, REFERENCE } from './words.ts'

const VERSION = ['version', 'build', 'full']
const BUILD_TIME = ['date', 'commit']

/** The git tag; without a placeholder every release would have the same. */
export const tagName = judged(judgePlaceholders(VERSION), judgeVersioned, judgeTag)
/** The package's file and the folder in it; never a path. */
export const fileName = judged(judgePlaceholders(VERSION), judgeVersioned, judgeFileName)
export const packageAddress = judged(judgePlaceholders(VERSION), judgeVersioned, judgeWebAddress)
export const folderName = judged(judgePlaceholders(VERSION), judgeFileName)
/** A value of a JSON file, which may also name the build's date and commit. */
export const jsonValue = judged(judgePlaceholders([...VERSION, ...BUILD_TIME]))
/** The place of a version in a source file: one placeholder, the rest is searched for literally. */
export const searchPattern = judged(judgePlaceholders(VERSION), judgeSingle)

/**
 * Where a project's tag, package name and address cannot tell two builds of one X.Y.Z apart, as paths below the project.
 * Such a project can be released, but not with a `build` target.
 */
export function ambiguousTemplates(project: Project): string[] {
  const { package: packed, publish } = project.build
  const templates = {
    'repository.tag.name': project.repository.tag.name,
    'build.package.name': packed?.name,
    'build.publish.url': publish?.url,
  }
  return Object.entries(templates).flatMap(([path, template]) =>
    template === undefined || /\{(?:build|full)\}/.test(template) ? [] : [path],
  )
}

function judgePlaceholders(known: readonly string[]) {
  return (text: string): string | undefined => {
    const strange = placeholders(text).find((found) => !known.includes(found))
    if (strange === undefined) return undefined
    const near = nearest(strange, known)
    const all = known.map((found) => `{${found}}`).join(', ')
    return says(`{${strange}} is not a placeholder here.`, near === undefined ? `Use ${all}.` : `Write {${near}}.`)
  }
}

function judgeVersioned(text: string): string | undefined {
  if (/\{(?:version|full)\}/.test(text)) return undefined
  return says('"{written}" is the same for every version.', 'Put {version} or {full} into it.')
}

function judgeTag(text: string): string | undefined {
  if (REFERENCE.test(text.replace(/[{}]/g, ''))) return undefined
  return says(
    '"{written}" is not a tag that git takes.',
    'Write letters, digits, dots and placeholders, such as v{full}.',
  )
}

function judgeFileName(text: string): string | undefined {
  if (/^(?![-.])[\w.+{}-]+$/.test(text) && !/\.\.|\.lock$|\.$/.test(text)) return undefined
  return says(
    '"{written}" is not a plain name.',
    'Use letters, digits, dots, hyphens and placeholders, without a slash.',
  )
}

function judgeSingle(text: string): string | undefined {
  if (placeholders(text).length === 1) return undefined
  return says(
    '"{written}" does not hold exactly one placeholder.',
    "Write what surrounds the version, such as appVersion = '{version}'.",
  )
}

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
}
