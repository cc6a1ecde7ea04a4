/**
 * Versions as the product, git and pacman know them: X.Y.Z, a build number with its width, pkgver and pkgrel.
 */

/** A version to ship. `build` keeps its leading zeros; it is absent for products that have no build number. */
export interface Release {
  /** X.Y.Z or a pre-release of it. */
  readonly version: string
  readonly build?: string
  /** X.Y.Z+BUILD, or X.Y.Z where there is no build number. */
  readonly full: string
}
