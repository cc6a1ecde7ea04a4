/** From a drawing to a picture that every platform shows. */

export interface Pictures {
  /** Writes the SVG as a PNG to that path, 0600, making the folders above. Rejects what is no SVG. */
  draw(svg: string, to: string): Promise<void>
}
