import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../identity/index.js'
import { parseRoot } from '../manifest/index.js'
import { Wishes } from './wishes.js'
import type { PlanEntry, Work } from './work.js'
import { WorkPlan } from './work-plan.js'

const MiB = 1024 * 1024
const root = parseRoot('a'.repeat(64))
const ann = 'ann' as PeerId
const bob = 'bob' as PeerId
const limits = {
  batchFiles: 3,
  batchBytes: 2 * MiB,
  spanBytes: 4 * MiB,
  spanPieces: 4,
  makeEntries: 10,
  wantedBytes: MiB,
}

/** Draws entries: `d` a folder, `0` an empty file, `s` a small file, `m` one of 1 MiB, `B` one of 10 MiB, `?` one without a root. */
function plan(drawing: string) {
  const sizes: Record<string, number> = { d: 0, '0': 0, s: 100, m: MiB, B: 10 * MiB, '?': 500 }
  const entries = [...drawing].map(
    (letter): PlanEntry => ({
      type: letter === 'd' ? 'folder' : 'file',
      size: sizes[letter] ?? 0,
      ...(letter === '?' ? {} : { root }),
    }),
  )
  const done = new Set<number>()
  const list = {
    get count() {
      return entries.length
    },
    at: (index: number) => entries[index] as PlanEntry,
    isDone: (index: number) => done.has(index),
  }
  const wishes = new Wishes()
  return { work: new WorkPlan(list, limits, { wishes }), entries, done, wishes }
}

/** The entries that a piece of work holds whole. */
function wholeOf(work: Work | undefined): readonly number[] {
  if (!work || work.kind === 'span') return []
  return work.kind === 'ask-root' ? [work.entry] : work.entries
}

/** A piece of work in few letters. */
function brief(work: Work | undefined): string {
  if (!work) return '-'
  switch (work.kind) {
    case 'make':
      return `make ${work.entries}`
    case 'ask-root':
      return `ask ${work.entry}`
    case 'batch':
      return `batch ${work.entries}`
    case 'span':
      return `span ${work.entry}:${work.span.first}+${work.span.count}${work.withLayer ? ' layer' : ''}`
  }
}

const one = { id: 1, source: ann }
const two = { id: 2, source: ann }
const other = { id: 3, source: bob }

const orders = [
  { drawing: 'dss0s', takes: ['make 0', 'batch 1,2', 'make 3', 'batch 4', '-'] },
  { drawing: 'sssss', takes: ['batch 0,1,2', 'batch 3,4', '-'] },
  { drawing: 'mmmm', takes: ['batch 0,1', 'batch 2,3', '-'] },
  { drawing: 's?s', takes: ['batch 0', 'ask 1', 'batch 2', '-'] },
  { drawing: 'dd00', takes: ['make 0,1,2,3', '-'] },
  { drawing: '', takes: ['-'] },
]

for (const { drawing, takes } of orders) {
  test(`one lane gets the entries "${drawing}" in order`, () => {
    const { work } = plan(drawing)

    assert.equal(
      takes.map(() => brief(work.next(one))),
      takes,
    )
  })
}

test('a file is spread over lanes once its layer is known; until then they work ahead', () => {
  const { work } = plan('Bss')
  assert.is(brief(work.next(one)), 'span 0:0+4 layer')
  assert.is(brief(work.next(two)), 'batch 1,2')
  assert.is(brief(work.next(one)), '-')

  work.layerKnown(0)

  assert.is(brief(work.next(two)), 'span 0:4+4')
  assert.is(brief(work.next(one)), 'span 0:8+2')
  assert.is(brief(work.next(one)), '-')
})

test('what a lost lane had is asked of another, the layer too', () => {
  const { work } = plan('Bs?')
  assert.is(brief(work.next(one)), 'span 0:0+4 layer')
  assert.is(brief(work.next(one)), 'batch 1')
  assert.is(brief(work.next(two)), 'ask 2')

  work.giveBackSpan(1, 0, { first: 0, count: 4 })
  work.giveBack(1)
  work.giveBack(2)

  assert.is(brief(work.next(other)), 'span 0:0+4 layer')
  work.layerKnown(0)
  assert.is(brief(work.next(other)), 'span 0:4+4')
  assert.is(brief(work.next(other)), 'span 0:8+2')
  assert.is(brief(work.next(other)), 'batch 1')
  assert.is(brief(work.next(other)), 'ask 2')
})

test('a source that refused an entry is not asked for it again, another is', () => {
  const { work } = plan('sB')
  work.next(one)
  work.refuse(0, ann, 'NOT_SHARED', [ann, bob])
  assert.is(brief(work.next(one)), 'span 1:0+4 layer')
  work.giveBackSpan(1, 1, { first: 0, count: 4 })
  work.refuse(1, ann, 'BAD_PIECE', [ann, bob])

  assert.is(brief(work.next(one)), '-')
  assert.is(brief(work.next(other)), 'span 1:0+4 layer')
  assert.not.ok(work.exhausted)
})

test('what every source refused is stuck, until there is a new source', () => {
  const { work } = plan('s')
  work.next(one)
  work.refuse(0, ann, 'SOURCE_CHANGED', [ann])
  assert.ok(work.exhausted)
  assert.equal(work.stuck, [{ entry: 0, code: 'SOURCE_CHANGED' }])

  work.tryStuckAgain()

  assert.is(brief(work.next(one)), '-')
  assert.is(brief(work.next(other)), 'batch 0')
})

test('when the last source that might give an entry is gone, it is stuck', () => {
  const { work } = plan('sB')
  work.next(one)
  work.refuse(0, ann, 'NOT_SHARED', [ann, bob])
  work.next(one)
  work.giveBackSpan(1, 1, { first: 0, count: 4 })
  work.refuse(1, ann, 'UNREADABLE', [ann, bob])
  assert.not.ok(work.exhausted)

  work.sourcesLeft([ann])

  assert.ok(work.exhausted)
  assert.is(work.stuck.length, 2)
})

test('a file whose root became known is fetched like any other', () => {
  const { work, entries, done } = plan('?')
  assert.is(brief(work.next(one)), 'ask 0')
  assert.is(brief(work.next(other)), '-')

  entries[0] = { type: 'file', size: 500, root }
  work.giveBack(0)
  assert.is(brief(work.next(other)), 'batch 0')
  done.add(0)
  work.done(0)

  assert.ok(work.exhausted)
  assert.ok(work.allFetched)
})

test('a resumed file asks only for what is missing, before new files', () => {
  const { work } = plan('sB')
  const pieces = work.open(1, { layerKnown: true })
  for (const piece of [0, 1, 2, 5]) pieces.keep(piece)

  assert.is(brief(work.next(one)), 'span 1:3+2')
  assert.is(brief(work.next(one)), 'span 1:6+4')
  assert.is(brief(work.next(one)), 'batch 0')
  assert.is(brief(work.next(one)), '-')
})

test('the list may grow', () => {
  const { work, entries } = plan('s')
  assert.is(brief(work.next(one)), 'batch 0')
  assert.is(brief(work.next(one)), '-')

  entries.push({ type: 'file', size: 1, root })

  assert.is(brief(work.next(one)), 'batch 1')
})

test('without a lane only what needs no network is given', () => {
  const { work } = plan('d0s')

  assert.is(brief(work.next()), 'make 0,1')
  assert.is(brief(work.next()), '-')
  assert.is(brief(work.next(one)), 'batch 2')
})

const wishOf = (entry: number, first = 0, count = 3) => ({ entry, span: { first, count } })

test('what a reader wants comes first, a little at a time, then all goes on in order', () => {
  const { work, wishes } = plan('sBsm')
  assert.is(brief(work.next(one)), 'batch 0')
  wishes.put('reader', wishOf(1, 7, 2))

  assert.is(brief(work.next(one)), 'span 1:7+1 layer')
  work.layerKnown(1)
  assert.is(brief(work.next(two)), 'span 1:8+1')
  assert.is(brief(work.next(one)), 'span 1:0+4')
  assert.is(brief(work.next(one)), 'span 1:4+3')
  assert.is(brief(work.next(one)), 'span 1:9+1')
  assert.is(brief(work.next(one)), 'batch 2,3')
  assert.is(brief(work.next(one)), '-')
})

test('a small file and one without a root are wanted before their turn, and not given twice', () => {
  const { work, wishes } = plan('ssssss?s')
  wishes.put('reader', wishOf(4))
  wishes.put('other', wishOf(6))

  assert.is(brief(work.next(one)), 'ask 6')
  assert.is(brief(work.next(one)), 'batch 4')
  work.giveBack(4)
  assert.is(brief(work.next(one)), 'batch 4')
  assert.is(brief(work.next(one)), 'batch 0,1,2')
  assert.is(brief(work.next(one)), 'batch 3,5,7')
  assert.is(brief(work.next(one)), '-')
})

test('the reader who moved last comes first; a wish taken back is none', () => {
  const { work, wishes } = plan('sBB')
  wishes.put('a', wishOf(1, 9, 1))
  wishes.put('b', wishOf(2, 3, 1))
  wishes.put('a', wishOf(1, 5, 2))
  wishes.remove('b')

  assert.is(brief(work.next(one)), 'span 1:5+1 layer')
  work.layerKnown(1)
  assert.is(brief(work.next(one)), 'span 1:6+1')
  assert.is(brief(work.next(one)), 'span 1:0+4')
})

test('what a source refused is not asked of it again for a reader, nor what can’t be written here', () => {
  const { work, wishes } = plan('sss')
  wishes.put('reader', wishOf(1))
  assert.is(brief(work.next(one)), 'batch 1')
  work.refuse(1, ann, 'NOT_SHARED', [ann, bob])

  assert.is(brief(work.next(one)), 'batch 0,2')
  assert.is(brief(work.next(other)), 'batch 1')
  work.done(1) // left out
  assert.is(brief(work.next(other)), '-')
})

test('whatever fails at random, all is fetched in the end and nothing is given to two lanes', () => {
  for (let round = 0; round < 50; round++) {
    let seed = round + 1
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % below
    }
    const { work, entries, done, wishes } = plan('dsBs0msBBsss?m')
    const lanes = [one, two, other]
    const out = new Map<Work, number>()
    for (let step = 0; !work.exhausted && step < 20_000; step++) {
      const lane = lanes[random(3)] ?? one
      const wish = { entry: random(16), span: { first: random(10), count: 1 + random(4) } }
      if (random(4) === 0) wishes.put(`reader ${random(3)}`, wish)
      if (random(9) === 0) wishes.remove(`reader ${random(3)}`)
      const next = work.next(lane)
      const given = wholeOf(next)
      for (const item of out.keys()) assert.not.ok(wholeOf(item).some(entry => given.includes(entry)))
      if (next) out.set(next, lane.id)
      const [item, holder] = [...out][random(out.size || 1)] ?? []
      if (!item || holder === undefined) continue
      if (random(6) === 0) {
        out.delete(item)
        if (item.kind === 'span') work.giveBackSpan(holder, item.entry, item.span)
        else if (item.kind === 'ask-root') work.giveBack(item.entry)
        else for (const entry of item.entries) work.giveBack(entry)
        continue
      }
      out.delete(item)
      if (item.kind === 'span') {
        work.layerKnown(item.entry)
        const pieces = work.pieces(item.entry)
        for (let i = 0; i < item.span.count; i++) {
          pieces?.verify(item.span.first + i)
          pieces?.sync(item.span.first + i)
        }
        if (pieces?.complete) {
          done.add(item.entry)
          work.done(item.entry)
        }
      } else if (item.kind === 'ask-root') {
        entries[item.entry] = { type: 'file', size: 500, root }
        work.giveBack(item.entry)
      } else {
        for (const entry of item.entries) {
          assert.not.ok(done.has(entry))
          done.add(entry)
          work.done(entry)
        }
      }
    }
    assert.is(done.size, entries.length)
  }
})

test.run()
