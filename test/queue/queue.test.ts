import { describe, expect, test } from 'vitest'
import { createQueue } from '../../src/queue/queue.ts'

/** Tasks that end when they are told to, and the order in which they began. */
function tasks() {
  const began: string[] = []
  const ends = new Map<string, () => void>()
  const task = (name: string) => () => {
    began.push(name)
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
  }
  return { began, task, end: (name: string) => ends.get(name)?.() }
}

test('a lane runs as many tasks as it has places, in the order they came', async () => {
  const queue = createQueue({ places: (lane) => (lane === 'wide' ? 2 : 1) })
  const { began, task, end } = tasks()
  const added = ['a', 'b', 'c'].map((name) => queue.add('wide', task(name)))
  await Promise.resolve()
  expect(began).toEqual(['a', 'b'])
  expect(queue.waiting('wide')).toBe(1)
  end('b')
  await added[1]
  await expect.poll(() => began).toEqual(['a', 'b', 'c'])
  expect(queue.waiting('wide')).toBe(0)
  end('a')
  end('c')
  expect(await Promise.all(added)).toEqual(['a', 'b', 'c'])
})

test('lanes do not wait for each other', async () => {
  const queue = createQueue({ places: () => 1 })
  const { began, task, end } = tasks()
  const added = [queue.add('one', task('a')), queue.add('two', task('b')), queue.add('one', task('c'))]
  await Promise.resolve()
  expect(began).toEqual(['a', 'b'])
  expect([queue.waiting('one'), queue.waiting('two'), queue.waiting('unknown')]).toEqual([1, 0, 0])
  end('a')
  await added[0]
  await expect.poll(() => began).toContain('c')
  end('b')
  end('c')
  await queue.idle()
  expect(await Promise.all(added)).toEqual(['a', 'b', 'c'])
})

test('a task that fails gives its place to the next one', async () => {
  const queue = createQueue({ places: () => 1 })
  const failed = queue.add('lane', () => Promise.reject(new Error('no')))
  const next = queue.add('lane', async () => 'yes')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

test('idle waits for what is added meanwhile', async () => {
  const queue = createQueue({ places: () => 1 })
  const done: string[] = []
  void queue.add('one', async () => {
    void queue.add('two', async () => done.push('two'))
    done.push('one')
  })
  await queue.idle()
  expect(done.sort()).toEqual(['one', 'two'])
})

describe('a task whose signal fires', () => {
  test('while it waits runs at once and once, and takes no place then or later', async () => {
    const queue = createQueue({ places: () => 1 })
    const { began, task, end } = tasks()
    const cancel = new AbortController()
    const first = queue.add('lane', task('a'))
    const left = queue.add('lane', task('b'), cancel.signal)
    const next = queue.add('lane', task('c'))
    cancel.abort()
    await expect.poll(() => began).toEqual(['a', 'b'])
    expect(queue.waiting('lane')).toBe(1)
    end('a')
    await first
    await expect.poll(() => began).toEqual(['a', 'b', 'c'])
    end('b')
    end('c')
    expect(await Promise.all([left, next])).toEqual(['b', 'c'])
    await queue.idle()
    expect(began).toEqual(['a', 'b', 'c'])
  })

  test('before it came does not wait either', async () => {
    const queue = createQueue({ places: () => 1 })
    const { began, task, end } = tasks()
    void queue.add('lane', task('a'))
    const left = queue.add('lane', task('b'), AbortSignal.abort())
    await expect.poll(() => began).toEqual(['a', 'b'])
    end('b')
    expect(await left).toBe('b')
  })

  test('while it runs keeps its place until it has ended', async () => {
    const queue = createQueue({ places: () => 1 })
    const { began, task, end } = tasks()
    const cancel = new AbortController()
    const ending = queue.add('lane', task('a'), cancel.signal)
    const next = queue.add('lane', task('b'))
    cancel.abort()
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
    expect(began).toEqual(['a'])
    end('a')
    expect(await ending).toBe('a')
    await expect.poll(() => began).toEqual(['a', 'b'])
    end('b')
    await next
  })

  test('fails as it does itself, and is not tried again', async () => {
    const queue = createQueue({ places: () => 1 })
    let began = 0
    const failing = () => {
      began += 1
      throw new Error('no')
    }
    await expect(queue.add('lane', failing, new AbortController().signal)).rejects.toThrow('no')
    await expect(queue.add('lane', failing, AbortSignal.abort())).rejects.toThrow('no')
    expect(began).toBe(2)
  })
})
