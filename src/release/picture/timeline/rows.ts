/** The rows of the timeline: each phase, and below it its steps with what there is to remark. */
import { PHASES, RECOVERY_PHASES } from '../../plan.ts'
import { wrapped } from '../letters.ts'
import { busyIn, lengthOf, type StepSpans } from '../spans.ts'
import { spent } from '../spent.ts'
import { BAND_HEIGHT, LABEL_WIDTH, LINE, MINUTE, SIZE, SMALL, SMALL_LINE } from './measures.ts'

export interface PhaseRow {
  readonly kind: 'phase'
  readonly title: string
  /** Ms in which anything of it ran. */
  readonly took: number
  readonly height: number
}

export interface StepRow {
  readonly kind: 'step'
  readonly spans: StepSpans
  readonly lines: readonly string[]
  readonly remarks: readonly string[]
  readonly height: number
}

export type Row = PhaseRow | StepRow

/** The steps under their phases; a phase without one is left out. */
export function rowsOf(spans: readonly StepSpans[]): readonly Row[] {
  return [...PHASES, ...RECOVERY_PHASES].flatMap(({ name, title }): Row[] => {
    const own = spans.filter(({ step }) => step.phase === name)
    if (own.length === 0) return []
    const took = lengthOf(busyIn(own))
    return [{ kind: 'phase', title, took, height: BAND_HEIGHT }, ...own.map(stepRow)]
  })
}

function stepRow(spans: StepSpans): StepRow {
  const lines = wrapped(spans.step.title, LABEL_WIDTH, SIZE)
  const remarks = remarksOf(spans).flatMap((remark) => wrapped(remark, LABEL_WIDTH, SMALL))
  return { kind: 'step', spans, lines, remarks, height: lines.length * LINE + remarks.length * SMALL_LINE + 8 }
}

function remarksOf({ waits, failures, ran }: StepSpans): readonly string[] {
  const failed = failures.length + (ran?.how === 'failed' ? 1 : 0)
  const waited = lengthOf(waits)
  return [
    ...(waited > 0 ? [`waited ${spent(waited / MINUTE)} for an answer`] : []),
    ...(failed > 0 ? [`failed ${failed === 1 ? 'once' : `${failed} times`}`] : []),
  ]
}
