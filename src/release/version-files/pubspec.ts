/** The version line of a pubspec.yaml. */

/** The value of every top-level `version:`, without quotes and comment. Only spaces, quotes and a comment may stand beside it. */
export function pubspecPlaces(text: string): readonly { start: number; end: number; text: string }[] {
  const line = /^(\uFEFF?version:[ \t]+)(?:"([^"\r\n]*)"|'([^'\r\n]*)'|([^\s#"'][^\s#]*))(?=[ \t]*(?:[ \t]#.*)?\r?$)/gm
  return [...text.matchAll(line)].map((found) => {
    const value = found[2] ?? found[3] ?? found[4] ?? ''
    const start = found.index + (found[1]?.length ?? 0) + (found[4] === undefined ? 1 : 0)
    return { start, end: start + value.length, text: value }
  })
}
