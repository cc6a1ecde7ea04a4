/**
 * Reads a text part by part. What goes on for as long as its characters do, such as the rest of a token, is read once:
 * a thousand tokens that begin in each other take no longer than a thousand beside each other.
 */

/** A text, and what is known of it already. */
export interface Reading {
  readonly text: string
  /** Where a stretch of such characters ends. */
  endOf(stretch: RegExp, from: number): number
}

/** Reads on from a place: where it ends, or undefined where the text does not go on so. */
export type Part = (reading: Reading, from: number) => number | undefined

/** A reading of a text, from its front to its back. */
export function createReading(text: string): Reading {
  const known = new Map<RegExp, { readonly from: number; readonly end: number }>()
  return {
    text,
    endOf(stretch, from) {
      const last = known.get(stretch)
      if (last !== undefined && last.from <= from && from <= last.end) return last.end
      stretch.lastIndex = from
      stretch.test(text)
      known.set(stretch, { from, end: stretch.lastIndex })
      return stretch.lastIndex
    },
  }
}

/** So many characters, whatever they are. */
export function any(count: number): Part {
  return (_, from) => from + count
}

/** These very characters. */
export function literal(characters: string): Part {
  return ({ text }, from) => (text.startsWith(characters, from) ? from + characters.length : undefined)
}

/** A regular expression that is bounded: it is run anew wherever it may begin. */
export function one(source: string): Part {
  const expression = new RegExp(source, 'y')
  return ({ text }, from) => {
    expression.lastIndex = from
    return expression.test(text) ? expression.lastIndex : undefined
  }
}

/** As many characters of a class as there are. What follows never begins with one of them. */
export function run(characters: string, least: number, most: number): Part {
  const stretch = new RegExp(`${characters}*`, 'y')
  return (reading, from) => {
    const end = Math.min(reading.endOf(stretch, from), from + most)
    return end - from < least ? undefined : end
  }
}

/** One part behind the other. */
export function all(...parts: readonly Part[]): Part {
  return (reading, from) => {
    let at: number | undefined = from
    for (const part of parts) {
      at = part(reading, at)
      if (at === undefined) return undefined
    }
    return at
  }
}

/** The first of the parts with which the text goes on. */
export function either(...parts: readonly Part[]): Part {
  return (reading, from) => {
    for (const part of parts) {
      const end = part(reading, from)
      if (end !== undefined) return end
    }
    return undefined
  }
}

/** Nothing, where the text does not go on with the part. */
export function unless(part: Part): Part {
  return (reading, from) => (part(reading, from) === undefined ? from : undefined)
}
