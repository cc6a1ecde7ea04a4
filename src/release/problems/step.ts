/** Failures that any step can have. */
import type { Wording } from './wording.ts'

export const STEP = {
  'step.bug': {
    what: 'Slipway itself failed in {step}.',
    why: 'This is a bug of the bot, not of the release: {message}',
    remedy: 'Nothing more was started. Look at the log, then retry.',
    copy: 'retry #{number}',
  },
  'step.no-room': {
    what: 'This machine has no room left for what {step} writes.',
    why: 'The disk refused it: {message}',
    remedy: 'Make room, then retry.',
    copy: 'retry #{number}',
  },
  'step.deadline': {
    what: '{step} did not end within {minutes} min.',
    why: 'Its deadline passed, and what it had running was ended.',
    remedy: 'Look at its log, fix what held it up, or raise deadlines.{name}.minutes in slipway.yaml; then retry.',
    copy: 'retry #{number}',
    passing: true,
  },
  'step.quiet': {
    what: '{step} printed nothing for {minutes} min and was ended.',
    why: 'A program that is silent for so long usually waits for something that never comes.',
    remedy:
      'Look at the end of its log; when it was only slow, raise deadlines.{name}.quiet in slipway.yaml; then retry.',
    copy: 'retry #{number}',
    passing: true,
  },
  'step.cancelled': {
    what: '{step} was ended because #{number} was cancelled.',
    why: 'A cancelled deployment ends what it has running.',
    remedy: 'Nothing to do for this step.',
  },
  'step.freed': {
    what: 'Nobody knows whether anything of {step} still runs.',
    why: '{name} freed the slot of #{number} before it was seen to have ended.',
    remedy: 'Look where it ran before the next release is deployed.',
  },
  'step.unknown': {
    what: 'Nobody can tell whether {step} took effect.',
    why: 'Slipway was interrupted in it, and looking afterwards gives no clear answer: {question}',
    remedy: 'Look yourself, put right what is half done, then retry.',
    copy: 'retry #{number}',
  },
  'step.held': {
    what: '#{number} was left alone for {minutes} min and asks before it goes on.',
    why: 'Slipway was not running, and the world may have changed meanwhile. Nothing outside was begun since.',
    remedy: 'See where it stands. If the release is still wanted, let it go on; otherwise cancel it.',
    copy: 'retry #{number}',
  },
  'step.held-untold': {
    what: '#{number} was interrupted, nobody can tell for how long, and it asks before it goes on.',
    why: 'The clock of this machine was set back meanwhile, so Slipway may not have been running for long. Nothing outside was begun since.',
    remedy:
      'See that the clock is right, and where the release stands. If it is still wanted, let it go on; otherwise cancel it.',
    copy: 'retry #{number}',
  },
  'step.held-by-lock': {
    what: '#{number} was interrupted, its project is locked now, and it asks before it goes on.',
    why: 'Somebody locked the project while Slipway was not running. Nothing outside was begun since.',
    remedy: 'See who locked it and why. If this release is still wanted, let it go on; otherwise cancel it.',
    copy: 'retry #{number}',
  },
  'step.held-by-freeze': {
    what: '#{number} was interrupted, its project is frozen now, and it asks before it goes on.',
    why: 'The freeze began while Slipway was not running. Nothing outside was begun since.',
    remedy: 'If this release is wanted in the freeze, let it go on; otherwise wait, or cancel it.',
    copy: 'retry #{number}',
  },
  'step.held-undo': {
    what: '#{number} was interrupted in the middle of its rollback and asks before it goes on.',
    why: 'Slipway was not running for a while, and the world may have changed meanwhile. A part may be taken back and the rest not.',
    remedy: 'See what users have now, then let the rollback go on: it cannot be cancelled half way.',
    copy: 'retry #{number}',
  },
  'step.not-checked': {
    what: '"{step}" was not checked, since "{blocked}" failed.',
    why: 'What it would find is not known yet.',
    remedy: 'Fix "{blocked}" first.',
  },
  'step.gone': {
    what: 'This version of Slipway has no step {step}.',
    why: 'Deployment #{number} was planned by another version of Slipway.',
    remedy: 'Run the version that planned it, or cancel the deployment and ask again.',
    copy: 'cancel #{number}',
  },
} as const satisfies Record<string, Wording>
