import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { COLOURED, PLAIN } from '../../adapters/terminal/paint.ts'
import { phaseLines } from '../../adapters/terminal/phases.ts'
import { renderCard } from '../../adapters/terminal/render.ts'
import { createTerminal, type TerminalOptions } from '../../adapters/terminal/terminal.ts'
import { entered, lineOf, NOTHING_TYPED, withKey } from '../../adapters/terminal/typed.ts'
import type { Incoming } from '../../src/ports/chat.ts'
import type { Card, PhaseLine } from '../../src/release/card.ts'
import { card } from '../contract/chat-port.ts'
import { emulatedScreen } from './emulated-screen.ts'

const PLACE = { platform: 'terminal', channel: 'terminal' } as const

const phase = (title: string, more: Partial<PhaseLine> = {}): PhaseLine => ({
  title,
  state: 'pending',
  done: 0,
  of: 4,
  elapsedMinutes: 0,
  plannedMinutes: 10,
  current: [],
  ...more,
})

const progress = (phases: readonly PhaseLine[], title = '#42: Harbour 3.1.3+001 is being released'): Card =>
  card(title, {
    tone: 'running',
    sections: [{ kind: 'phases', phases }],
    buttons: phases.every(({ state }) => state === 'done')
      ? []
      : [{ label: 'Cancel', style: 'plain', command: 'cancel #42' }],
  })

const gate = (number: number): Card =>
  card(`Submit #${number}?`, {
    tone: 'waiting',
    buttons: [
      {
        label: 'Approve',
        style: 'primary',
        command: `approve #${number}`,
        gate: { id: 'g', digest: `digest-${number}` },
        key: 'a',
      },
      {
        label: 'Deny',
        style: 'danger',
        command: `deny #${number}`,
        gate: { id: 'g', digest: `digest-${number}` },
        key: 'd',
      },
    ],
  })

/** A terminal in the hand: what was written, what is seen, what the bot heard. */
async function sit(more: Partial<TerminalOptions> = {}) {
  const input = Object.assign(new PassThrough(), {
    raw: [] as boolean[],
    setRawMode: (raw: boolean) => input.raw.push(raw),
  })
  const screen = emulatedScreen(more.columns?.(), more.rows?.())
  let written = ''
  const heard: Incoming[] = []
  const isTty = more.isTty ?? true
  const chat = createTerminal({
    input,
    output: {
      write: (text) => {
        written += text
        screen.write(isTty ? text : text.replaceAll('\n', '\r\n'))
      },
    },
    isTty,
    columns: () => 80,
    env: { TERM: 'xterm', NO_COLOR: '1' },
    user: 'ana',
    now: () => 0,
    ...more,
  })
  await chat.start(async (incoming) => {
    heard.push(incoming)
  })
  const until = async (count: number) => {
    while (heard.length < count) await turn()
    return heard
  }
  /** Keys are read when the stream gives them on. */
  const keys = async (text: string) => {
    input.write(text)
    await turn()
  }
  return {
    chat,
    input,
    heard,
    until,
    keys,
    sees: () => screen.lines().join('\n'),
    cursor: screen.cursor,
    scrolledAway: screen.scrolledAway,
    written: () => written,
  }
}

describe('a live terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('redraws the progress in place, and other cards print above it', async () => {
    const { chat, sees, cursor } = await sit()
    const message = await chat.post(PLACE, progress([phase('Version', { state: 'running', current: ['Push'] })]), 'p')
    await chat.post(PLACE, card('Something else'), 'else')
    await chat.update(
      message,
      progress([phase('Version', { state: 'running', done: 2, elapsedMinutes: 3, current: ['Commit'] })]),
    )
    expect(sees()).toBe(`
-- Something else

-> #42: Harbour 3.1.3+001 is being released
  Version  running  [######......]   2/4    3 / 10 min
      Commit

  Cancel: /cancel #42

>`)
    expect(cursor()).toEqual([9, 2])
    await chat.stop()
  })

  test('what is being typed stays while cards come in, and the cursor with it', async () => {
    const { chat, keys, sees, cursor, until } = await sit()
    await keys('stauts\x1b[D\x1b[D')
    await chat.post(PLACE, card('A card'), 'a')
    expect(sees()).toBe('\n-- A card\n> stauts')
    expect(cursor()).toEqual([2, 6])
    await keys('\x7f\x7fat\x1b[F\x1b[D\x7f')
    await keys('\r')
    expect((await until(1))[0]?.text).toBe('stats')
    await chat.stop()
  })

  test('a long line that is pasted is taken at once, and its end is seen', async () => {
    const { chat, keys, sees, until } = await sit()
    await keys(`/deny #42 ${'日本語 '.repeat(500)}the end`)
    expect(sees()).toContain('the end')
    await keys('\r')
    expect((await until(1))[0]?.text).toContain('日本語 the end')
    await chat.stop()
  })

  test('a single key answers the open question, bound to what was shown', async () => {
    const { chat, keys, sees, until } = await sit()
    await chat.post(PLACE, gate(42), 'g')
    expect(sees()).toContain('?? [a] Approve (/approve #42)   [d] Deny (/deny #42)')
    await keys('a')
    vi.advanceTimersByTime(1_000)
    expect((await until(1))[0]).toMatchObject({
      text: 'approve #42',
      digest: 'digest-42',
      actor: { account: 'ana', vouched: true },
    })
    await chat.stop()
  })

  test('a key answers though the card is drawn again meanwhile, and no longer once the content differs', async () => {
    const { chat, keys, heard, sees } = await sit()
    const message = await chat.post(PLACE, gate(42), 'g')
    await keys('a')
    const before = sees()
    await chat.update(message, gate(42))
    expect(sees()).toBe(before)
    vi.advanceTimersByTime(1_000)
    expect(heard).toHaveLength(1)
    await keys('a')
    await chat.update(message, gate(43))
    vi.advanceTimersByTime(1_000)
    expect(heard).toHaveLength(1)
    await chat.stop()
  })

  test('the first letter of a typed word is no answer', async () => {
    const { chat, keys, until } = await sit()
    await chat.post(PLACE, gate(42), 'g')
    await keys('d')
    vi.advanceTimersByTime(200)
    await keys('eploy 3.1.4')
    vi.advanceTimersByTime(1_000)
    await keys('\r')
    expect((await until(1)).map(({ text }) => text)).toEqual(['deploy 3.1.4'])
    await chat.stop()
  })

  test('a key and Enter at once is an answer too', async () => {
    const { chat, keys, sees, heard } = await sit()
    await chat.post(PLACE, gate(42), 'g')
    await keys('d\r')
    vi.advanceTimersByTime(1_000)
    expect(heard).toMatchObject([{ text: 'deny #42', digest: 'digest-42' }])
    expect(sees()).toContain('> Deny (/deny #42)')
    await chat.stop()
  })

  test('a key and Enter answers no question that came after the key', async () => {
    const { chat, keys, heard } = await sit()
    const message = await chat.post(PLACE, gate(42), 'g')
    await keys('a')
    await chat.update(message, gate(43))
    await keys('\r')
    expect(heard).toMatchObject([{ text: 'a' }])
    await chat.stop()
  })

  test('what is typed answers no question that came after its first letter', async () => {
    const { chat, keys, heard } = await sit()
    const message = await chat.post(PLACE, gate(42), 'g')
    await keys('approve 42')
    const replaced = gate(42).buttons.map((each) => ({ ...each, gate: { id: 'g', digest: 'another' } }))
    await chat.update(message, { ...gate(42), buttons: replaced })
    await keys('\r')
    await keys('approve 42\r')
    expect(heard.map(({ digest }) => digest)).toEqual(['digest-42', 'another'])
    await chat.stop()
  })

  test('a key answers a question that was brought to mind', async () => {
    const { chat, keys, heard, sees } = await sit()
    await chat.post(PLACE, gate(42), 'g')
    await chat.post(PLACE, { ...gate(42), title: 'still waits' }, 'reminder')
    expect(sees()).not.toContain('Several questions are open')
    await keys('a')
    vi.advanceTimersByTime(1_000)
    expect(heard).toMatchObject([{ text: 'approve #42', digest: 'digest-42' }])
    await chat.stop()
  })

  test('with two open questions no key answers either, and their commands are shown', async () => {
    const { chat, keys, sees, heard } = await sit()
    await chat.post(PLACE, gate(42), 'g')
    await chat.post(PLACE, gate(43), 'h')
    expect(sees()).toContain('Several questions are open. Answer by command: /approve #42')
    await keys('a')
    vi.advanceTimersByTime(1_000)
    expect(heard).toEqual([])
    await keys('pprove 43\r')
    expect(heard).toMatchObject([{ text: 'approve 43', digest: 'digest-43' }])
    await chat.stop()
  })

  test('Ctrl-C once says how to quit, twice quits; Ctrl-D quits an empty line only', async () => {
    const first = await sit()
    await first.keys('\x03')
    expect(first.sees()).toContain('Ctrl-C again ends Slipway. To end only a deployment: /cancel')
    await first.keys('\x03')
    expect(await first.chat.left).toBe('asked')
    await first.chat.stop()
    const second = await sit()
    await second.keys('x\x04\x7f\x04')
    expect(await second.chat.left).toBe('asked')
    await second.chat.stop()
  })

  test('leaves the terminal as it was: the last progress stays, raw mode is off', async () => {
    const { chat, input, sees, written } = await sit()
    await chat.post(PLACE, progress([phase('Version', { state: 'running' })]), 'p')
    await chat.stop()
    expect(input.raw).toEqual([true, false])
    expect(sees()).toContain('Version  running')
    expect(written().endsWith('\r\n')).toBe(true)
  })

  test('a finished progress card is printed for good', async () => {
    const { chat, sees } = await sit()
    const message = await chat.post(PLACE, progress([phase('Version', { state: 'running' })]), 'p')
    await chat.update(
      message,
      progress([phase('Version', { state: 'done', done: 4 })], '#42: Harbour 3.1.3+001 is released'),
    )
    await chat.post(PLACE, card('After it'), 'after')
    expect(sees().match(/is released/g)).toHaveLength(1)
    expect(sees().indexOf('is released')).toBeLessThan(sees().indexOf('After it'))
    await chat.stop()
  })

  test.each([40, 60, 80])(
    'at %i columns nothing of what is redrawn stays behind in the scrollback',
    async (columns) => {
      const { chat, keys, sees, scrolledAway } = await sit({ columns: () => columns, rows: () => 24 })
      const at = (done: number) =>
        progress([
          phase('Pre-flight', { state: 'done', done: 4, elapsedMinutes: 3 }),
          phase('Build and package', { state: 'running', done, current: ['Make the archives of all three platforms'] }),
          phase('AUR', { state: 'left out' }),
          phase('Server', { state: 'waiting', elapsedMinutes: 120, plannedMinutes: 130 }),
          phase('Documentation and certificate', { of: 12 }),
          ...['Troubleshooting', 'Rollback', 'Verification', 'More', 'Last'].map((title) =>
            phase(title, { state: 'failed' }),
          ),
        ])
      const message = await chat.post(PLACE, at(0), 'p')
      await chat.post(PLACE, gate(42), 'g')
      await keys('status')
      for (const done of [1, 2, 3, 4]) await chat.update(message, at(done))
      expect(scrolledAway().join('\n')).not.toMatch(/Harbour|Pre-flight|status/)
      expect(sees().match(/Pre-flight/g)).toHaveLength(1)
      for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9]) await chat.post(PLACE, card(`Card ${number}`), `c${number}`)
      expect(scrolledAway()).not.toEqual([])
      expect(scrolledAway().join('\n')).not.toMatch(/Harbour|Pre-flight|status/)
      await chat.stop()
    },
  )

  test('a window too low for what wraps is still redrawn in place', async () => {
    const { chat, keys, scrolledAway } = await sit({ columns: () => 40, rows: () => 12 })
    const steps = Array.from({ length: 9 }, (_, index) => `A step number ${index} that is longer than this window`)
    for (const number of [42, 43, 44]) await chat.post(PLACE, gate(number), `g${number}`)
    await chat.post(PLACE, progress([phase('Build', { state: 'running', current: steps })]), 'p')
    const before = scrolledAway()
    await keys('one two three')
    expect(scrolledAway()).toEqual(before)
    await chat.stop()
  })

  test('a card taller than the window is cut, so that the redraw stays in place', async () => {
    const { chat, sees } = await sit({ rows: () => 12 })
    const many = Array.from({ length: 30 }, (_, index) => phase(`Phase ${index}`, { state: 'running' }))
    const message = await chat.post(PLACE, progress(many), 'p')
    await chat.update(message, progress(many.map((each) => ({ ...each, done: 1 }))))
    expect(sees().split('\n').length).toBeLessThanOrEqual(12)
    await chat.stop()
  })
})

describe('a pipe', () => {
  test('gets one short line for each step that begins and each phase that ends', async () => {
    const { chat, sees } = await sit({ isTty: false })
    const message = await chat.post(
      PLACE,
      progress([phase('Version', { state: 'running', current: ['Push'] }), phase('Build')]),
      'p',
    )
    await chat.update(
      message,
      progress([phase('Version', { state: 'running', current: ['Push'], elapsedMinutes: 1 }), phase('Build')]),
    )
    await chat.update(
      message,
      progress([
        phase('Version', { state: 'done', done: 4, elapsedMinutes: 3 }),
        phase('Build', { state: 'running', current: ['Build: linux', 'Build: web'] }),
      ]),
    )
    await chat.update(
      message,
      progress(
        [phase('Version', { state: 'done', done: 4 }), phase('Build', { state: 'done', done: 4, elapsedMinutes: 0.2 })],
        '#42: Harbour 3.1.3+001 is released',
      ),
    )
    expect(sees()).toBe(`   #42 Version: Push
-> #42: Harbour 3.1.3+001 is being released
   #42 Version: done, 3 min
   #42 Build: Build: linux
   #42 Build: Build: web
   #42 Build: done, <1 min
`)
  })

  test('a card that changed says its title and what is new in it', async () => {
    const { chat, sees } = await sit({ isTty: false })
    const message = await chat.post(
      PLACE,
      { ...gate(42), sections: [{ kind: 'text', text: 'A long difference' }] },
      'g',
    )
    await chat.update(message, {
      ...gate(42),
      tone: 'good',
      sections: [
        { kind: 'text', text: 'Approved by ben' },
        { kind: 'text', text: 'A long difference' },
      ],
      buttons: [],
    })
    expect(sees().split('\n').slice(-3)).toEqual(['ok Submit #42?', '  Approved by ben', ''])
  })

  test('a title that wraps is said whole', async () => {
    const { chat, sees } = await sit({ isTty: false, columns: () => 30 })
    await chat.post(PLACE, progress([phase('Version')]), 'p')
    expect(sees()).toBe('-> #42: Harbour 3.1.3+001 is\n   being released\n')
  })

  test('what is new in a card is whole fields, items, rows and sentences, however they wrap', async () => {
    const { chat, sees } = await sit({ isTty: false, columns: () => 40 })
    const at = (time: string, status: string): Card =>
      card('#2: Harbour 3.1.4+001 waits for its turn behind others', {
        sections: [
          {
            kind: 'fields',
            fields: [
              ['Starts', `about ${time} UTC, and later by what people take to answer, which is not known`],
              ['To take it back', '/cancel #2'],
            ],
          },
          {
            kind: 'text',
            text: `It waits behind one. That one, which is #1 (${status}), is before it. It will start.`,
          },
          {
            kind: 'list',
            title: 'Before it',
            items: [`#1 asked for by ana, who has not answered yet, ${status}`, 'no'],
          },
        ],
        buttons: [{ label: 'Cancel', style: 'plain', command: 'cancel #2' }],
      })
    const message = await chat.post(PLACE, at('12:10', 'running'), 'q')
    const before = sees().length
    await chat.update(message, at('12:20', 'waiting'))
    expect(sees().slice(before).trim()).toBe(`-- #2: Harbour 3.1.4+001 waits for its
   turn behind others
  Starts  about 12:20 UTC, and later by
          what people take to answer,
          which is not known
  That one, which is #1 (waiting), is
  before it.
  Before it:
  - #1 asked for by ana, who has not
    answered yet, waiting`)
    await chat.update(message, at('12:20', 'waiting'))
    expect(
      sees()
        .slice(before)
        .match(/turn behind/g),
    ).toHaveLength(1)
  })

  test('a card that only turned another colour says nothing', async () => {
    const { chat, sees } = await sit({ isTty: false })
    const message = await chat.post(PLACE, gate(42), 'g')
    const before = sees()
    await chat.update(message, { ...gate(42), tone: 'neutral', buttons: [] })
    expect(sees()).toBe(before)
  })

  test('lines are commands, an endless one is cut, and the end of input is told', async () => {
    const { chat, input, until } = await sit({ isTty: false })
    input.write('/sta')
    input.write('tus\r\n\n  help deploy\n')
    input.write(`${'x'.repeat(100_000)}\n`)
    input.end('history')
    const heard = await until(4)
    expect(heard.map(({ text }) => text.slice(0, 20))).toEqual(['status', 'help deploy', 'x'.repeat(20), 'history'])
    expect(heard[2]?.text.length).toBeLessThanOrEqual(4000)
    expect(await chat.left).toBe('end of input')
  })

  test('lines are answered in their order, and the end of input is told after the last answer', async () => {
    const input = new PassThrough()
    const output = { write: () => true }
    const chat = createTerminal({ input, output, isTty: false, columns: () => 80, env: {}, user: 'ana', now: () => 0 })
    const said: string[] = []
    await chat.start(async ({ text }) => {
      for (let left = text === 'slow' ? 20 : 1; left > 0; left -= 1) await turn()
      said.push(text)
    })
    input.end('/slow\n/quick\n/last')
    await chat.left
    expect(said).toEqual(['slow', 'quick', 'last'])
  })

  test.each([
    ['a terminal', { isTty: true }, true],
    ['a pipe', { isTty: false }, false],
    ['a pipe of the sandbox', { isTty: false, presses: true }, true],
    ['a dumb terminal', { isTty: true, env: { TERM: 'dumb' } }, true],
  ])('%s vouches for a press: %s %s', async (_, options, vouched) => {
    const { chat, input, until } = await sit(options)
    input.write('approve #42\n')
    expect((await until(1))[0]?.actor.vouched).toBe(vouched)
    await chat.stop()
  })

  test.each([
    ['a pipe', { isTty: false, env: {} }],
    ['TERM=dumb', { isTty: true, env: { TERM: 'dumb' } }],
  ])('%s gets neither colours nor cursor movement', async (_, options) => {
    const { chat, written } = await sit(options)
    await chat.post(PLACE, progress([phase('Version')]), 'p')
    await chat.post(PLACE, gate(42), 'g')
    expect(written()).not.toContain('\x1b')
    await chat.stop()
  })

  test('NO_COLOR takes the colours of a terminal, and nothing else', async () => {
    const coloured = await sit({ env: { TERM: 'xterm' } })
    const plain = await sit()
    for (const { chat } of [coloured, plain]) await chat.post(PLACE, gate(42), 'g')
    expect(coloured.written()).toMatch(/\x1b\[3\dm/)
    expect(plain.written()).not.toMatch(/\x1b\[\d*m/)
    expect(coloured.sees()).toBe(plain.sees())
    for (const { chat } of [coloured, plain]) await chat.stop()
  })
})

describe('phases in a narrow window', () => {
  const phases = [
    phase('Documentation and certificate', { state: 'running', done: 2, elapsedMinutes: 3 }),
    phase('AUR', { state: 'left out' }),
  ]
  test.each([
    [76, 'Documentation and certificate  running  [######......]   2/4    3 / 10 min'],
    [70, 'Documentation and certificate  running  [###...]   2/4    3 / 10 min'],
    [60, 'Documentation and certificate  running    2/4    3 / 10 min'],
    [54, 'Documentation and certificate  ->   2/4    3 / 10 min'],
    [40, 'Documentation and certificate  ->   2/4'],
    [30, 'Documentation and c…  ->   2/4'],
  ])('at %i columns: %s', (width, line) => {
    const lines = phaseLines(phases, width, PLAIN)
    expect(lines[0]).toBe(line)
    expect(Math.max(...lines.map((each) => each.length))).toBeLessThanOrEqual(width)
  })
})

describe('a card as text', () => {
  const look = { width: 60, paint: PLAIN, spell: (command: string) => `/${command}` }

  test('has its sections one below the other, aligned, wrapped and not cut', () => {
    const all = card('バージョン 3.1.3', {
      tone: 'bad',
      sections: [
        { kind: 'text', text: 'A sentence that is longer than the width of this terminal goes on below.' },
        {
          kind: 'fields',
          fields: [
            ['名前', 'ハーバー'],
            ['Version', '3.1.3+001'],
          ],
        },
        {
          kind: 'table',
          head: ['部品', 'Found'],
          rows: [
            ['サーバー', '3.1.3'],
            ['AUR', 'a value that is too wide for what is left of the line'],
          ],
        },
        {
          kind: 'list',
          title: 'Noticed',
          items: ['one', 'two is longer than a line of this terminal can be, so it hangs'],
        },
        { kind: 'code', title: 'To copy', text: '  git push   origin master\n/deploy 3.1.3', copy: true },
      ],
      files: [
        { name: 'certificate.txt', path: '/data/certificate.txt' },
        { name: 'notes.txt', text: 'x' },
      ],
    })
    expect(renderCard(all, look).join('\n')).toBe(`!! バージョン 3.1.3
  A sentence that is longer than the width of this terminal
  goes on below.

  名前     ハーバー
  Version  3.1.3+001

  部品      Found
  サーバー  3.1.3
  AUR       a value that is too wide for what is left of the
            line

  Noticed:
  - one
  - two is longer than a line of this terminal can be, so it
    hangs

  To copy:
      git push   origin master
    /deploy 3.1.3

  file: /data/certificate.txt
  file: notes.txt`)
  })

  test('colours say nothing that the words do not', () => {
    const coloured = renderCard(gate(42), { ...look, paint: COLOURED }).join('\n')
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(renderCard(gate(42), look).join('\n'))
  })

  test('a command to be copied is one line however long it is, so that a shell takes it whole', () => {
    const command = `ssh-keyscan -p 2222 ${'x'.repeat(200)} >>~/.ssh/known_hosts`
    const lines = renderCard(card('Pin', { sections: [{ kind: 'code', text: command, copy: true }] }), look)
    expect(lines.map((line) => line.trim())).toContain(command)
  })

  test('a path is left whole where it is longer than a line, and a usage breaks between its words', () => {
    const path = `/tmp/slipway-demo/data/pictures/certificate-${'harbour-'.repeat(6)}1.png`
    const all = card('Files', {
      sections: [
        { kind: 'text', text: `It lies in ${path} now.` },
        { kind: 'fields', fields: [['Path', path]] },
        { kind: 'code', text: '/certificate [version] [--project <product>] [--project <product>] [--chart]' },
        { kind: 'code', text: `  sha256sums = ${'0123456789abcdef'.repeat(3)}` },
      ],
      files: [{ name: 'certificate.png', path }],
    })
    expect(renderCard(all, look).join('\n')).toBe(`-- Files
  It lies in
  ${path}
  now.

  Path  ${path}

    /certificate [version] [--project <product>] [--project${' '}
    <product>] [--chart]

      sha256sums =${' '}
    0123456789abcdef0123456789abcdef0123456789abcdef

  file: ${path}`)
  })

  test('no verdict of a certificate stands apart from its row at 80 columns, and a wide window leaves the text as it is', () => {
    const text = `DEPLOYMENT CERTIFICATE

Verified from outside: 2 of 2 checks passed

  Component       Check                          Expected      Found         Verdict
  Package         Digest, PKGBUILD and download  ce59e9848bd7  ce59e9848bd7  pass
  Git Repository  Nothing unpushed                             nothing       pass

Time
  all of it  2 min`
    const at = (width: number) =>
      renderCard(card('Done', { sections: [{ kind: 'code', title: 'Certificate', text }] }), { ...look, width })
    expect(at(80).slice(6, 10)).toEqual([
      '      Component       Check                  Expected      Found         Verdict',
      '      Package         Digest, PKGBUILD and   ce59e9848bd7  ce59e9848bd7  pass',
      '                      download',
      '      Git Repository  Nothing unpushed                     nothing       pass',
    ])
    expect(Math.max(...at(80).map(({ length }) => length))).toBeLessThanOrEqual(80)
    expect(
      at(100)
        .slice(2)
        .map((line) => line.slice(4))
        .join('\n'),
    ).toBe(text)
  })

  test.each([20, 40, 80, 200])('never goes beyond %i columns', (width) => {
    const wide = card('t'.repeat(300), {
      sections: [
        {
          kind: 'table',
          head: ['a', 'b', 'c', 'd'],
          rows: [['x'.repeat(90), '日本'.repeat(50), 'y', 'z z z'.repeat(20)]],
        },
        { kind: 'fields', fields: [['name', 'v'.repeat(300)]] },
        { kind: 'code', text: 'c'.repeat(300) },
        { kind: 'text', text: '日本語'.repeat(80) },
      ],
    })
    const widths = renderCard(wide, { ...look, width }).map((line) =>
      [...line].reduce((sum, letter) => sum + (letter > '\u2fff' ? 2 : 1), 0),
    )
    expect(Math.max(...widths)).toBeLessThanOrEqual(Math.max(width, 36))
  })
})

describe('the typed line', () => {
  const typed = (...keys: readonly (string | Parameters<typeof withKey>[1])[]) =>
    keys.reduce<typeof NOTHING_TYPED>(
      (line, key) => withKey(line, typeof key === 'string' ? { sequence: key } : key),
      NOTHING_TYPED,
    )

  test.each([
    ['letters', typed('a', 'b', '日'), 'ab日'],
    ['a letter of two units goes as one', typed('a', '🚢', { name: 'backspace' }), 'a'],
    ['in the middle', typed('a', 'c', { name: 'left' }, 'b'), 'abc'],
    ['to the start and back', typed('b', { name: 'a', ctrl: true }, 'a', { name: 'e', ctrl: true }, 'c'), 'abc'],
    ['a word is taken back', typed('one two', { name: 'w', ctrl: true }), 'one '],
    ['the line is taken back', typed('one', { name: 'u', ctrl: true }), ''],
    ['controls are no letters', typed('a', '\x1b', '\x00', { name: 'x', ctrl: true, sequence: '\x18' }), 'a'],
    ['it is bounded', typed('x'.repeat(2100), 'y'), 'x'.repeat(2100)],
  ])('%s', (_, line, text) => {
    expect(lineOf(line)).toBe(text)
  })

  test('earlier lines come back, the newest first', () => {
    const past = entered(withKey(entered(typed('first')), { sequence: 'second' }))
    const up = withKey(past, { name: 'up' })
    expect([lineOf(up), lineOf(withKey(up, { name: 'up' })), lineOf(withKey(up, { name: 'down' }))]).toEqual([
      'second',
      'first',
      '',
    ])
  })
})
