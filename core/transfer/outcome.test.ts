import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ErrorCode } from '../errors/index.js'
import { meaningOf, outcome } from './outcome.js'

const missed = (...codes: ErrorCode[]) => codes.map((code, i) => ({ name: `f${i}`, code, message: `m${i}` }))

const ends: { codes: ErrorCode[]; kind: string; code?: ErrorCode; says?: string }[] = [
  { codes: [], kind: 'done' },
  { codes: ['NOT_SHARED'], kind: 'failed', code: 'NOT_SHARED', says: 'Ann does not share f0 any more' },
  {
    codes: ['NOT_SHARED', 'NOT_SHARED', 'NOT_SHARED'],
    kind: 'failed',
    code: 'NOT_SHARED',
    says: 'f0 and 2 more',
  },
  {
    codes: ['NOT_SHARED', 'SOURCE_CHANGED'],
    kind: 'source-changed',
    code: 'SOURCE_CHANGED',
    says: 'f1 was changed',
  },
  {
    codes: ['SOURCE_CHANGED', 'BAD_PIECE'],
    kind: 'failed',
    code: 'BAD_PIECE',
    says: 'not what was asked for',
  },
  { codes: ['UNWRITABLE', 'NOT_SHARED'], kind: 'failed', code: 'UNWRITABLE', says: 'm0' },
  { codes: ['TOO_BUSY'], kind: 'nobody-online', code: 'TOO_BUSY', says: 'm0' },
  { codes: ['UNREADABLE'], kind: 'failed', code: 'UNREADABLE', says: 'm0' },
]

for (const { codes, kind, code, says } of ends) {
  test(`entries missed by [${codes}] end as ${kind}`, () => {
    const end = outcome(missed(...codes), 'Ann')

    assert.is(end.kind === 'waiting' ? end.reason : end.kind, kind)
    if (end.kind === 'done') return
    assert.is(end.error?.code, code)
    assert.match(end.error?.message ?? '', says ?? '')
  })
}

test('what a connection does says nothing about an entry, what a source says does', () => {
  const meanings = (
    ['CONNECTION_LOST', 'NOT_SHARED', 'BAD_PIECE', 'DISK_FULL', 'BAD_PATH', 'INTERNAL'] as const
  ).map(meaningOf)

  assert.equal(meanings, ['ask-again', 'refused', 'drop-source', 'disk-full', 'local', 'refused'])
})

test.run()
