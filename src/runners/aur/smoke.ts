/** Reading what a program says its version is. */

const VERSION = /(?<!\d)\d+\.\d+\.\d+(?:-[A-Za-z][\dA-Za-z.-]*)?/

/** Whether the text names the version as a whole word: 3.1.3 is not in 13.1.30, in 3.1.3.1 nor in 3.1.3-beta.1. */
export function namesVersion(text: string, version: string): boolean {
  const plain = version.replace(/[.+*?^$()[\]{}|\\-]/g, '\\$&')
  return new RegExp(`(?<![\\w.])v?${plain}(?![\\w]|\\.\\w|-[A-Za-z])`).test(text)
}

/** The first thing in a text that looks like a version, or undefined. */
export function firstVersion(text: string): string | undefined {
  return text.match(VERSION)?.[0]
}
