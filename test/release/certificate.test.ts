import { expect, test } from 'vitest'
import { certificateOf } from '../../src/release/certificate/issue.ts'
import { certificateText } from '../../src/release/certificate/text.ts'
import type { Override } from '../../src/release/deployment.ts'
import { BEN, drive } from './sample.ts'

test('a release in a freeze says so on the face of its certificate, with who and why', () => {
  const override: Override = { actor: BEN, reason: 'users cannot log in', freeze: 'friday, 16:00-24:00 (UTC)' }
  const certificate = certificateOf({ ...drive().now(), override }, 2_000_000)
  expect(certificate.override).toEqual({
    by: { name: 'ben', platform: 'terminal', account: 'ben' },
    reason: 'users cannot log in',
    freeze: 'friday, 16:00-24:00 (UTC)',
  })
  expect(certificateText(certificate).split('\n').slice(0, 6)).toEqual([
    'DEPLOYMENT CERTIFICATE',
    'Harbour 3.1.3+001',
    '',
    'Released in a freeze: friday, 16:00-24:00 (UTC)',
    'Override by ben (terminal): users cannot log in',
    '',
  ])
})

test('a release outside of one has no such lines', () => {
  const certificate = certificateOf(drive().now(), 2_000_000)
  expect(certificate).not.toHaveProperty('override')
  expect(certificateText(certificate)).not.toContain('freeze')
})
