import { expect, test } from 'vitest'
import { servedVersion } from '../../src/runners/served-version.ts'
import { project } from '../release/sample.ts'
import { answers } from './world.ts'

const APP = 'https://app.localhost'

test.each([
  ['"001"', '3.1.3+001', '3.1.3+001'],
  ['1', '3.1.3+001', '3.1.3+001'],
  ['2', '3.1.3+001', '3.1.3+2'],
  ['1.5', '3.1.3+001', '3.1.3+1.5'],
  ['1', '', '3.1.3+1'],
  ['"1"', '3.1.3+001', '3.1.3+1'],
  ['null', '3.1.3+001', '3.1.3'],
])('the build number %s, where %s is wanted, is %s', async (build, wanted, said) => {
  const http = answers({ [`${APP}/version.json`]: { body: `{"version":"3.1.3","build_number":${build}}` } })
  expect(await servedVersion(http, project, APP, wanted)).toMatchObject({ said, release: { full: said } })
})
