/** The project of the simulated releases: everything that can be released, on one server, as in the workflow. */
import type { Project } from '../../src/release/project.ts'
import { project } from '../../test/release/sample.ts'

export const oneHost: Project = {
  ...project,
  ...(project.vps && { vps: { ...project.vps, hosts: project.vps.hosts.slice(0, 1) } }),
}
