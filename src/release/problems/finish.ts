/** Failures of tag, documentation and certificate. The release is verified by then: none of them takes it back. */
import type { Wording } from './wording.ts'

export const FINISH = {
  'finish.git-failed': {
    what: '"{command}" failed while the documentation was written (exit code {code}).',
    why: 'The release itself is verified and stands; only its documentation is missing.',
    remedy: 'The log says why; a retry writes it anew on the head of the branch.',
    copy: 'retry',
  },
  'finish.submitted-missing': {
    what: 'The submitted file behind {file} is not in {folder}.',
    why: 'The product keeps its own copy of what was submitted to the AUR, and there is nothing to copy it from.',
    remedy: 'Copy the file from the AUR by hand, or retry once the folder is there.',
    copy: 'retry',
  },
  'finish.push-refused': {
    what: 'The origin {url} refused the documentation on {branch}.',
    why: 'A protected branch or a hook stands in the way; the lines below are what it said. The release itself stands.',
    remedy: 'Let the bot push to {branch}, then retry.',
    copy: 'retry',
  },
  'finish.push-races': {
    what: 'The documentation could not be pushed to {branch}: somebody else was faster {tries} times.',
    why: 'Others push there all the time; nothing of theirs was touched and the release itself stands.',
    remedy: 'Retry when it is quieter.',
    copy: 'retry',
    passing: true,
  },
  'finish.not-signed': {
    what: 'The certificate could not be signed: {reason}',
    why: 'The release itself is verified and stands; only its certificate is missing.',
    remedy: 'Put the key back where it was, or name it in SLIPWAY_SIGNING_KEY_FILE and restart, then retry.',
    copy: 'retry',
  },
} as const satisfies Record<string, Wording>
