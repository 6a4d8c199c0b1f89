import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../../core/identity/index.js'
import { createSearchIndex, type SearchIndex } from '../../core/search/index.js'
import type { WireEntry } from '../../core/wire/index.js'
import { unpackEntries } from '../store/pack-entries.js'
import type { ShareDocument } from '../store/registry-store.js'
import { ShareDocuments } from './share-documents.js'

const OWNER = 'a'.repeat(52) as PeerId
const MOST_ENTRIES = 500

/** A share as a registry keeps it: an index, and the documents of its store. */
class Kept {
  readonly index: SearchIndex = createSearchIndex({ seed: 1 })
  readonly documents = new ShareDocuments(this.index)
  readonly store: Map<string, ShareDocument>
  /** Entries that were written, however often. */
  written = 0

  constructor(store = new Map<string, ShareDocument>()) {
    this.store = store
    for (const document of store.values()) this.documents.load(document)
    assert.equal(this.documents.loaded(), [], 'what was stored is whole')
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if ('remove' in change) for (const _ of this.documents.removing(OWNER, change.remove));
      else this.documents.put(OWNER, change)
    }
    const steps = this.documents.changes(OWNER, 1)
    let step = steps.next()
    while (!step.done) step = steps.next()
    for (const { folder, chunk } of step.value.remove) this.store.delete(`${folder}/${chunk}`)
    for (const document of step.value.put) {
      const { entries } = unpackEntries(document.folder, document.entries)
      assert.ok(entries.length <= MOST_ENTRIES)
      this.written += entries.length
      this.store.set(`${document.folder}/${document.chunk}`, document)
    }
    this.documents.written(OWNER)
  }

  /** All explicit entries of the documents. */
  stored(): WireEntry[] {
    const all = [...this.store.values()].flatMap(one => unpackEntries(one.folder, one.entries).entries)
    return all.sort((a, b) => (a.path < b.path ? -1 : 1))
  }
}

type Change = WireEntry | { readonly remove: string }

const file = (path: string, size = 1): WireEntry => ({ type: 'file', path, size, mtime: 5 })

const test = suite('documents of a share')

test('after any changes the documents hold what the share is, and a new start goes on from them', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 })
    .map(parts => parts.join('/'))
  const change = fc.oneof(
    { weight: 4, arbitrary: fc.record({ path, size: fc.nat(9) }).map(({ path, size }) => file(path, size)) },
    { weight: 2, arbitrary: path.map((path): Change => ({ type: 'folder', path, mtime: 6 })) },
    { weight: 2, arbitrary: path.map((path): Change => ({ remove: path })) },
  )
  const deltas = fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { maxLength: 12 })
  fc.assert(
    fc.property(deltas, fc.nat(11), (deltas, restartAt) => {
      let kept = new Kept()
      const wanted = new Map<string, WireEntry>()
      for (const [i, changes] of deltas.entries()) {
        if (i === restartAt) kept = new Kept(kept.store)
        kept.apply(changes)
        for (const one of changes) expect(wanted, one)
        const all = [...wanted.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
        assert.equal(kept.stored(), all)
      }
    }),
    { numRuns: 400 },
  )
})

test('a big folder that comes a delta at a time is written about once, and its changes cost their own chunks', () => {
  const kept = new Kept()
  const files = 20_000
  for (let at = 0; at < files; at += MOST_ENTRIES)
    kept.apply(Array.from({ length: MOST_ENTRIES }, (_, i) => file(`big/${at + i}`)))
  assert.is(kept.written, files)
  kept.written = 0
  kept.apply([file('big/7', 8), { remove: 'big/9000' }])
  assert.ok(kept.written < 2 * MOST_ENTRIES)
  const again = new Kept(kept.store)
  again.apply([file('big/new')])
  assert.is(again.written, 1)
  assert.is(again.stored().length, files)
})

/** What a share is after a change: a file takes the place of a folder and all below it, and the other way round. */
function expect(share: Map<string, WireEntry>, change: Change): void {
  const path = 'remove' in change ? change.remove : change.path
  const below = `${path}/`
  if ('remove' in change || change.type === 'file')
    for (const other of [...share.keys()]) if (other.startsWith(below)) share.delete(other)
  if ('remove' in change) {
    share.delete(path)
    return
  }
  for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1))
    if (share.get(path.slice(0, cut))?.type === 'file') share.delete(path.slice(0, cut))
  share.set(path, change)
}

test.run()
