import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type DigestedEntry, ShareDigest } from './share-digest.js'

const song: DigestedEntry = {
  type: 'file',
  path: 'música/song.mp3',
  size: 5,
  mtime: -7,
  root: 'ab'.repeat(32),
}

function digestOf(...entries: readonly DigestedEntry[]): string {
  const digest = new ShareDigest()
  for (const entry of entries) digest.add(entry)
  return digest.text
}

test('a digest is the same in any order, and as PROTOCOL.md says', () => {
  const folder: DigestedEntry = { type: 'folder', path: 'música', mtime: 1 }

  assert.is(digestOf(), '0'.repeat(16))
  assert.is(digestOf({ type: 'folder', path: 'a', mtime: 0 }), '4c8571de44a87fee')
  assert.is(digestOf(song, folder), digestOf(folder, song))
})

const others: readonly Partial<DigestedEntry>[] = [
  { path: 'música/Song.mp3' },
  { type: 'folder' },
  { size: 6 },
  { mtime: -8 },
  { root: undefined },
  { root: 'ac'.repeat(32) },
  { exec: true },
  { reason: 'unreadable' },
]
for (const change of others) {
  test(`a digest tells ${JSON.stringify(change)}`, () => {
    assert.is.not(digestOf(song), digestOf({ ...song, ...change }))
  })
}

test('what is not executable, and what is not said to be, have one digest', () => {
  assert.is(digestOf(song), digestOf({ ...song, exec: false }))
})

test.run()
