/** How public addresses are looked at: with the project's own authority, and redirected nowhere that is not configured. */
import type { HttpOptions } from '../ports/http.ts'
import type { Project } from '../release/project.ts'

/** The hosts of the project's own addresses may redirect to each other; `redirects` names further ones. */
export function webAccess({ verify, build, aur, redirects }: Project): Pick<HttpOptions, 'ca' | 'redirects'> {
  const addresses = [verify.app, verify.site, build.publish?.url, aur?.web].filter((url) => url !== undefined)
  const own = addresses.flatMap((url) => URL.parse(url.replace(/\{\w+\}/g, '0'))?.hostname ?? [])
  return { redirects: [...new Set([...own, ...redirects])], ...(verify.ca !== undefined && { ca: verify.ca }) }
}
