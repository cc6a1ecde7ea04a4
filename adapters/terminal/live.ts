/** A real terminal: progress redrawn in place, a line to type on, and questions answered by one key. */
import { emitKeypressEvents } from 'node:readline'
import type { Button, Card } from '../../src/release/card.ts'
import { fitting, widthOf } from '../layout/columns.ts'
import { type Face, type FaceOptions, isOver, type Listener } from './face.ts'
import { harmless } from './paint.ts'
import { renderCard } from './render.ts'
import { bounded, createScreen, rowsOf } from './screen.ts'
import { entered, type Key, lineOf, NOTHING_TYPED, type Typed, withKey } from './typed.ts'

const PROMPT = '> '
/** A letter that presses a button must stand alone for so long, ms: the first letter of a typed word does not press. */
const ALONE = 300
const GOODBYE = 'Ctrl-C again ends Slipway. To end only a deployment: '

export function createLive(options: FaceOptions): Face {
  const { input, write, columns, rows, look } = options
  const screen = createScreen(write, columns)
  const running = new Map<string, Card>()
  let buttons: readonly Button[] = []
  let typed: Typed = NOTHING_TYPED
  let leaving = false
  let alone: NodeJS.Timeout | undefined
  /** The button that the first letter of the line means. */
  let meant: Button | undefined
  let end = () => {}

  const draw = (above: readonly string[] = []) => {
    const cards = [...running.values()].flatMap((card) => renderCard(card, look()))
    const gap = cards.length > 0 ? [''] : []
    const room = rows() - 1 - 2 * gap.length - 1
    const keys = bounded(keyLines(buttons, options), columns(), room - gap.length)
    const shown = bounded(cards, columns(), room - rowsOf(keys, columns()))
    const prompt = promptLine(typed, columns())
    screen.draw(above, [...gap, ...shown, ...gap, ...keys, prompt.line], prompt.column)
  }

  const keyed = (listener: Listener, key: Key) => {
    if (key.ctrl && key.name === 'c') return interrupt(listener)
    leaving = false
    if (key.ctrl && key.name === 'd' && lineOf(typed) === '') return listener.left('asked')
    if (key.name === 'return' || key.name === 'enter') return enter(listener)
    const isFirst = lineOf(typed) === ''
    if (isFirst) {
      meant = buttonFor(buttons, key)
      listener.began()
    }
    clearTimeout(alone)
    typed = withKey(typed, key)
    if (isFirst) alone = setTimeout(() => press(listener, buttonTyped()), ALONE)
    draw()
  }

  /** The button whose key is all that was typed, while it still asks what it asked then. */
  const buttonTyped = () =>
    buttons.find((each) => meant !== undefined && isSame(each, meant) && lineOf(typed) === meant.key)

  const press = (listener: Listener, button: Button | undefined) => {
    if (button === undefined) return
    typed = { ...typed, before: '', after: '' }
    draw([`${PROMPT}${harmless(button.label)} (${look().spell(button.command)})`])
    listener.pressed(button)
  }

  const enter = (listener: Listener) => {
    clearTimeout(alone)
    const button = buttonTyped()
    if (button !== undefined) return press(listener, button)
    const line = lineOf(typed).trim()
    typed = entered(typed)
    draw(line === '' ? [] : [`${PROMPT}${line}`])
    if (line !== '') listener.said(line)
  }

  const interrupt = (listener: Listener) => {
    clearTimeout(alone)
    typed = { ...typed, before: '', after: '' }
    if (leaving) return listener.left('asked')
    leaving = true
    draw([`${GOODBYE}${look().spell('cancel')}`])
  }

  return {
    show: (lines) => draw(lines.length === 0 ? [] : ['', ...lines]),
    progress(id, card, before) {
      if (isOver(card)) {
        const isNew = running.delete(id) || before === undefined
        return draw(isNew ? ['', ...renderCard(card, look())] : [])
      }
      running.set(id, card)
      draw()
    },
    ask(now) {
      buttons = now
      draw()
    },
    start(listener) {
      const onKey = (_: string | undefined, key: Key) => keyed(listener, key)
      const onEnd = () => listener.left('end of input')
      emitKeypressEvents(input)
      input.setRawMode?.(true)
      input.on('keypress', onKey)
      input.on('end', onEnd)
      input.resume()
      end = () => {
        input.off('keypress', onKey)
        input.off('end', onEnd)
        input.setRawMode?.(false)
        input.pause()
      }
      draw()
    },
    stop() {
      clearTimeout(alone)
      end()
      screen.draw(
        [...running.values()].flatMap((card) => ['', ...renderCard(card, look())]),
        [],
        0,
      )
      running.clear()
    },
  }
}

/** The same question about the same content, even if its card was drawn again meanwhile. */
function isSame(a: Button, b: Button): boolean {
  return a.command === b.command && a.gate?.id === b.gate?.id && a.gate?.digest === b.gate?.digest
}

/** The one button a key means. Where two questions are open, no key means either: they are answered by their commands. */
function buttonFor(buttons: readonly Button[], { sequence, ctrl, meta }: Key): Button | undefined {
  const meant = buttons.filter(({ key }) => key !== undefined && key === sequence && !ctrl && !meta)
  return meant.length === 1 ? meant[0] : undefined
}

function keyLines(buttons: readonly Button[], { look }: FaceOptions): readonly string[] {
  const { paint, spell } = look()
  const [first] = buttons
  if (first === undefined) return []
  const clash = buttons.some(({ key }) => buttons.filter((other) => other.key === key).length > 1)
  if (clash)
    return [
      paint.tone(
        'waiting',
        `Several questions are open. Answer by command: ${buttons.map(({ command }) => spell(command)).join('  ')}`,
      ),
    ]
  const keys = buttons.map(
    ({ key, label, command }) => `${paint.strong(`[${key}]`)} ${harmless(label)} (${spell(command)})`,
  )
  return [`${paint.tone('waiting', '??')} ${keys.join('   ')}`]
}

/** The typed line in one row: where it is longer, the part around the cursor. */
function promptLine({ before, after }: Typed, columns: number): { readonly line: string; readonly column: number } {
  const room = Math.max(4, columns - PROMPT.length - 1)
  const head = `${PROMPT}${fitting([...harmless(before)].reverse(), room)
    .reverse()
    .join('')}`
  const tail = fitting([...harmless(after)], room + PROMPT.length - widthOf(head)).join('')
  return { line: head + tail, column: widthOf(head) }
}
