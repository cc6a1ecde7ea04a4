/** The posts of a deployment where it has a thread: one message in the channel from its request to its result, the rest below it. */
import type { Card, Section } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import type { Post } from '../report.ts'
import { NOTES } from './first.ts'
import { isCertificate } from './result.ts'

/** The key of the message that the thread hangs below. */
export function headKey({ number }: Pick<Deployment, 'number'>): string {
  return `${number}/first`
}

/**
 * The first card and the progress card become one, which ends as the result; its files, the text of the certificate and whom it calls
 * stay with the result's own post, since an edit calls nobody and the channel needs no page of text.
 */
export function threaded(deployment: Deployment, posts: readonly Post[]): readonly Post[] {
  const of = (name: string) => posts.find(({ key }) => key === `${deployment.number}/${name}`)?.card
  const [first, progress, result] = [of('first'), of('progress'), of('result')]
  if (first === undefined) return posts
  const head: Post = { key: headKey(deployment), kind: 'progress', card: headCard(first, progress, result) }
  const own = [head.key, `${deployment.number}/progress`]
  const below = posts.filter(({ key }) => !own.includes(key))
  return [head, ...below.map((post) => ({ ...post, card: withFiledCertificate(deployment, post.card) }))]
}

/** A page of text is a file where messages are read on a phone. */
function withFiledCertificate({ project, release }: Deployment, card: Card): Card {
  const certificate = card.sections.find(isCertificate)
  if (certificate === undefined) return card
  const name = `certificate-${project.name}-${release.full}.txt`
  const text = `Certificate: ${name} is for reading, the .json beside it is signed.`
  const sections = card.sections.map((each): Section => (each === certificate ? { kind: 'text', text } : each))
  return { ...card, sections, files: [{ name, text: certificate.text }, ...card.files] }
}

function headCard(first: Card, progress: Card | undefined, result: Card | undefined): Card {
  if (progress === undefined) return result === undefined ? first : asHead(result)
  const phases = progress.sections.filter(({ kind }) => kind === 'phases')
  if (result !== undefined) return withSections(asHead(result), phases)
  const facts = first.sections.filter((section) => section.kind === 'fields' || isNotes(section))
  return { ...progress, sections: [...facts, ...progress.sections] }
}

function withSections(card: Card, more: readonly Section[]): Card {
  return { ...card, sections: [...card.sections, ...more] }
}

function isNotes(section: Section): boolean {
  return 'title' in section && section.title === NOTES
}

function asHead({ mentions: _, pictures: __, ...card }: Card): Card {
  return { ...card, sections: card.sections.map(inThread), files: [] }
}

function inThread(section: Section): Section {
  return isCertificate(section) ? { kind: 'text', text: 'The certificate is in the thread.' } : section
}
