import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planResume } from './resume.js'

const MiB = 1024 * 1024

const crashes = [
  { when: 'before the first sync', bits: 0b0000, onDisk: 2 * MiB, keep: [], missing: [0, 1, 2, 3] },
  { when: 'between sync and journal', bits: 0b1000, onDisk: 2 * MiB, keep: [0], missing: [1, 2, 3] },
  { when: 'that cut journaled bytes', bits: 0b1100, onDisk: 1.5 * MiB, keep: [0], missing: [1, 2, 3] },
  { when: 'that took the partial file', bits: 0b1111, onDisk: 0, keep: [], missing: [0, 1, 2, 3] },
  { when: 'with pieces out of order', bits: 0b1011, onDisk: 3.5 * MiB, keep: [0, 2, 3], missing: [1] },
  { when: 'that cut the short last piece', bits: 0b1001, onDisk: 3.25 * MiB, keep: [0], missing: [1, 2, 3] },
  { when: 'before finishing', bits: 0b1111, onDisk: 3.5 * MiB, keep: [0, 1, 2, 3], missing: [] },
  {
    when: 'with a file longer than it should be',
    bits: 0b1000,
    onDisk: 9 * MiB,
    keep: [0],
    missing: [1, 2, 3],
  },
]

for (const { when, bits, onDisk, keep, missing } of crashes) {
  test(`resume after a crash ${when}`, () => {
    const plan = planResume({
      journaled: Buffer.from([bits << 4]),
      bytesOnDisk: onDisk,
      fileBytes: 3.5 * MiB,
      pieceBytes: MiB,
    })

    assert.equal(plan, { keep, missing })
  })
}

test('a bitfield that is too short claims nothing more', () => {
  const plan = planResume({ journaled: Buffer.alloc(0), bytesOnDisk: 100, fileBytes: 100, pieceBytes: 10 })

  assert.is(plan.keep.length, 0)
  assert.is(plan.missing.length, 10)
})

test.run()
