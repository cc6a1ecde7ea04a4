/** Parts of a picture, one below the other. */

export interface Drawn {
  /** Where it ends. */
  readonly height: number
  readonly svg: string
}

/** Draws from a height on. */
export type Draw = (y: number) => Drawn

/** One below the other; the height is where the last one ends. */
export function stacked(draws: readonly Draw[], from: number): Drawn {
  return draws.reduce<Drawn>(
    ({ height, svg }, draw) => {
      const drawn = draw(height)
      return { height: drawn.height, svg: `${svg}${svg === '' ? '' : '\n'}${drawn.svg}` }
    },
    { height: from, svg: '' },
  )
}
