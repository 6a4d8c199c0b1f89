import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Entry, ManifestTree, rootOfBytes, type Visibility } from './index.js'

const EPOCH = '0'.repeat(32)
const name = fc.oneof(
  fc.constantFrom('a', 'b', '__proto__', 'constructor', 'é', '\u{1F600}', 'x'.repeat(255), 'x'.repeat(256)),
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).filter(text => !text.includes('/')),
)
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
const number = fc.oneof(fc.nat(3), fc.maxSafeNat())
// Their sum must stay exact.
const size = fc.oneof(
  fc.nat(3),
  fc.maxSafeNat().map(large => Math.floor(large / 1024)),
)
const visibility = fc.constantFrom<Visibility>('everyone', 'verified', ['x', 'y'])
const reason = fc.constantFrom(undefined, 'too-deep' as const, 'unreadable' as const)
const root = fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 }), { nil: undefined })
const entry = fc
  .record({
    path,
    size,
    mtime: number,
    visibility,
    reason,
    root,
    exec: fc.boolean(),
    file: fc.boolean(),
  })
  .map(({ path, size, mtime, visibility, reason, root, exec, file }): Entry => {
    const facts = { path, mtime, visibility, ...(reason && { reason }) }
    if (!file) return { type: 'folder', ...facts }
    return { type: 'file', ...facts, size, ...(exec && { exec }), ...(root && { root: rootOfBytes(root) }) }
  })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ entry, stamp: number }) },
  { weight: 1, arbitrary: fc.record({ gone: path }) },
)

test('what was packed is read as it was: names in any script, deletions, numbers of any size', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (steps, lines) => {
      const tree = new ManifestTree(EPOCH)
      for (const step of steps) {
        if ('gone' in step) tree.delete(step.gone)
        else tree.put(step.entry, step.stamp)
      }
      const read = new ManifestTree(EPOCH)
      let last = 0

      for (const block of tree.pack(0, tree.version.n, lines)) {
        // At an odd address, as a database may give it.
        const shifted = new Uint8Array(block.bytes.length + 1)
        shifted.set(block.bytes, 1)
        const { bytes: _, ...range } = read.applyPacked(shifted.subarray(1))
        assert.equal(range, { first: block.first, last: block.last, lines: block.lines })
        assert.ok(block.first > last && block.lines <= lines)
        last = block.last
      }
      read.advanceTo(tree.version.n)

      assert.equal(everything(read), everything(tree))
      assert.equal(read.counts(''), tree.counts(''))
      assert.is(read.tombstones, tree.tombstones)
    }),
    { numRuns: 300 },
  )
})

function everything(tree: ManifestTree) {
  const answer = tree.changesSince(0, { limit: 1e9 })
  if (answer === 'start-over') throw new Error('it knows its own beginning')
  return answer.changes.map(change => ({
    ...change,
    stamp: change.op === 'put' ? tree.stamp(change.entry.path) : 0,
  }))
}

test.run()
