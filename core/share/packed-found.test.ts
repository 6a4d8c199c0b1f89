import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { EntryReason, Found } from '../manifest/index.js'
import { FoundReader, packFound } from './packed-found.js'

const names = fc.oneof(
  fc.string({ maxLength: 12, unit: 'grapheme' }),
  fc.string({ maxLength: 12, unit: 'grapheme-ascii' }),
  fc.constant('x'.repeat(300)),
)
const number = fc.oneof(fc.nat(3), fc.maxSafeNat())
const reason = fc.constantFrom<EntryReason | undefined>(undefined, 'unreadable', 'too-deep', 'bad-name')
const found = fc
  .record({
    name: names,
    size: number,
    mtime: number,
    stamp: number,
    exec: fc.boolean(),
    file: fc.boolean(),
    reason,
  })
  .map(({ name, size, mtime, stamp, exec, file, reason }): Found => {
    const why = reason && { reason }
    if (!file) return { type: 'folder', name, mtime, ...why }
    return { type: 'file', name, size, mtime, stamp, ...(exec && { exec }), ...why }
  })

test('what a scan found is read as it was, folder by folder', () => {
  fc.assert(
    fc.property(fc.array(fc.array(found, { maxLength: 8 }), { maxLength: 5 }), folders => {
      const packed = packFound(folders.flat())
      // At an odd address, as another process may send it.
      const shifted = new Uint8Array(packed.length + 1)
      shifted.set(packed, 1)

      const reader = new FoundReader(shifted.subarray(1))

      assert.equal(
        folders.map(items => reader.take(items.length)),
        folders,
      )
    }),
  )
})

test.run()
