import * as fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { OfferedEntry } from '../../api/index.js'
import { hasCode } from '../../errors/index.js'
import { isChosen, listFault } from './offer-entries.js'
import { checkRename, chosenBits, plansOf } from './plan-offer.js'

const file = (path: string, size = 1): OfferedEntry => ({ type: 'file', path, size, mtime: 0 })
const folder = (path: string): OfferedEntry => ({ type: 'folder', path, size: 0, mtime: 0 })
const TREE = [folder('a'), file('a/b'), folder('a/c'), file('a/c/d'), file('e')]
const NAMES = { together: 'From Anna', at: 5 }

/** The plans as `name/path` of each entry. */
function placed(plans: ReturnType<typeof plansOf>): string[] {
  return plans.flatMap(({ name, entries }) =>
    [...(entries as Iterable<{ path: string }>)].map(({ path }) => (path === '' ? name : `${name}/${path}`)),
  )
}

test('each thing at the top becomes a download, and keeps its structure', () => {
  const plans = plansOf(TREE, NAMES)

  assert.equal(placed(plans), ['a', 'a/b', 'a/c', 'a/c/d', 'e'])
  assert.is(plans.length, 2)
})

const chosen: readonly [readonly string[], readonly string[]][] = [
  [['e'], ['e']],
  [['a/c'], ['a', 'a/c', 'a/c/d']],
  [
    ['a/b', 'e'],
    ['a', 'a/b', 'e'],
  ],
  [['a'], ['a', 'a/b', 'a/c', 'a/c/d']],
]
for (const [wanted, expected] of chosen) {
  test(`of a choice of ${wanted} comes ${expected}`, () => {
    const bits = chosenBits(TREE, wanted)

    assert.equal(placed(plansOf(TREE, { ...NAMES, bits })), expected)
  })
}

test('what is renamed keeps its way back to the offer', () => {
  const rename = { a: 'x', 'a/c': 'y', e: 'z.txt' }
  checkRename(TREE, rename)
  const plans = plansOf(TREE, { ...NAMES, rename })

  assert.equal(placed(plans), ['x', 'x/b', 'x/y', 'x/y/d', 'z.txt'])
  assert.equal(
    plans.flatMap(({ entries }) => [...(entries as Iterable<{ remotePath: string }>)]).map(e => e.remotePath),
    ['a', 'a/b', 'a/c', 'a/c/d', 'e'],
  )
})

const badNames: readonly Record<string, string>[] = [
  { a: '..' },
  { a: 'x/y' },
  { a: '' },
  { none: 'x' },
  { a: 'e' },
]
for (const rename of badNames) {
  test(`new names are refused: ${JSON.stringify(rename)}`, () => {
    assert.throws(
      () => checkRename(TREE, rename),
      (error: unknown) => hasCode(error, 'BAD_NAME') || hasCode(error, 'BAD_INPUT'),
    )
  })
}

test('many loose files go into one folder', () => {
  const entries = Array.from({ length: 50 }, (_, n) => file(`f${n}`))
  const plans = plansOf(entries, NAMES)

  assert.is(plans.length, 1)
  assert.equal(placed(plans).slice(0, 3), ['From Anna', 'From Anna/f0', 'From Anna/f1'])
})

const name = fc.constantFrom('a', 'b', 'c', 'Ä', '日本', 'x y')
const tree = fc
  .array(fc.array(name, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 20 })
  .map(paths => paths.map(parts => file(parts.join('/'))))
  .filter(entries => listFault(entries) === undefined)

test('whatever is chosen: no file comes twice, none is missing, none is of another', () => {
  fc.assert(
    fc.property(tree, fc.nat(), (entries, at) => {
      const wanted = entries[at % entries.length]?.path ?? ''
      const bits = chosenBits(entries, [wanted])
      const files = placed(plansOf(entries, { ...NAMES, bits })).filter(path =>
        entries.some(entry => entry.path === path),
      )

      assert.equal(files, [wanted])
      assert.equal(
        entries.filter((_, index) => isChosen(bits, index)).map(({ path }) => path),
        [wanted],
      )
    }),
  )
})

test.run()
