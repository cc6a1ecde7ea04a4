/** Asks the questions, one after another: an option answers one beforehand, an empty line takes what is suggested. */
import { type Answers, NONE, QUESTIONS, type Question, type Surroundings } from './questions.ts'
import type { Found } from './repository.ts'

export interface Person {
  /** The next line, without its end; undefined where no more will come. */
  line(prompt: string): Promise<string | undefined>
  say(line: string): void
  /** Somebody is there who can answer again. */
  readonly isThere: boolean
}

/** All answers, or why there are none. `given` are answers by option. */
export async function askAll(
  found: Found,
  given: Readonly<Record<string, string | undefined>>,
  person: Person,
  where: Surroundings,
): Promise<Answers | { readonly refused: string }> {
  const answers: Record<string, string> = {}
  for (const question of QUESTIONS as readonly Question[]) {
    const { name, matters } = question
    if (matters !== undefined && !matters(answers)) {
      answers[name] = NONE
      continue
    }
    const answer = await answerTo(question, given[name], question.suggest(found, where), person)
    if (typeof answer !== 'string') return answer
    answers[name] = answer
  }
  return answers as Answers
}

async function answerTo(
  { name, asks, fault }: Question,
  given: string | undefined,
  suggested: string | undefined,
  person: Person,
): Promise<string | { readonly refused: string }> {
  let line = given ?? (await person.line(prompt(asks, suggested)))
  while (true) {
    const answer = line?.trim() || suggested
    const wrong = answer === undefined ? 'This needs an answer.' : fault?.(answer)
    if (answer !== undefined && wrong === undefined) return answer
    const isOver = given !== undefined || line === undefined || !person.isThere
    if (isOver) return { refused: `${asks}\n  ${wrong} As an option: --${name}` }
    person.say(`  ${wrong}`)
    line = await person.line(prompt(asks, suggested))
  }
}

function prompt(asks: string, suggested: string | undefined): string {
  return suggested === undefined ? `${asks}\n> ` : `${asks}\n[${suggested}] > `
}
