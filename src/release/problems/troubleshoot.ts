/** Why a probe could not look, or a fix could not be done. */
import type { Wording } from './wording.ts'

export const TROUBLESHOOT = {
  'troubleshoot.blind': {
    what: 'It could not be looked at: {what}.',
    why: 'What is not known is taken for neither good nor bad; the next question is asked.',
    remedy: 'Nothing has to be done about this by itself.',
  },
  'troubleshoot.still-silent': {
    what: 'After {seconds} s of waiting, still: {what}.',
    why: 'A short interruption would have passed by now.',
    remedy: 'See to what is unreachable, then retry.',
    copy: 'retry #{number}',
    passing: true,
  },
  'troubleshoot.no-family': {
    what: 'No address family was found that alone answers.',
    why: 'It may have changed since it was looked at.',
    remedy: 'Retry.',
    copy: 'retry #{number}',
    passing: true,
  },
  'troubleshoot.site-answers': {
    what: 'Nothing was restarted: {url} answers ({said}).',
    why: 'A restart would take a site away from its visitors that they can use now.',
    remedy: 'Look at the services on {name} by hand, or restart them there if that is wanted.',
  },
  'troubleshoot.restart-failed': {
    what: 'On {name}, "{command}" ended with {code}.',
    why: 'The services were not restarted, or not all of them.',
    remedy: 'The lines below are what it said; look at the services on the server.',
  },
  'troubleshoot.not-staged': {
    what: 'The release commit does not lie ready on {name}: found {found}.',
    why: 'A pull takes only what was staged there, which has to be {wanted}.',
    remedy: 'Look who changed the job folder on the server; then retry, or roll back.',
    copy: 'retry #{number}',
  },
  'troubleshoot.script-runs': {
    what: 'The deployment script on {name} still runs.',
    why: 'A second one beside it would change the same site against it.',
    remedy: 'Wait until it has ended; a retry takes it up where it is.',
    copy: 'retry #{number}',
    passing: true,
  },
} as const satisfies Record<string, Wording>
