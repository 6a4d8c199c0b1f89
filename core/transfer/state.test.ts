import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type TransferFacts, transferState } from './state.js'

const calm: TransferFacts = {
  finished: false,
  wish: 'run',
  running: true,
  connected: true,
  fetching: true,
}
const failure = { code: 'BAD_PIECE', message: 'no' } as const

const rows: { when: string; facts: Partial<TransferFacts>; shows: object }[] = [
  { when: 'bytes flow', facts: {}, shows: { state: 'downloading' } },
  { when: 'it has no place yet', facts: { running: false }, shows: { state: 'queued' } },
  { when: 'no source answered yet', facts: { connected: false }, shows: { state: 'finding-sources' } },
  { when: 'all is fetched', facts: { fetching: false, connected: false }, shows: { state: 'checking' } },
  { when: 'the user paused it', facts: { wish: 'pause' }, shows: { state: 'paused', reason: 'user' } },
  {
    when: 'the user paused it while it waited',
    facts: { wish: 'pause', waiting: 'disk-full' },
    shows: { state: 'paused', reason: 'user' },
  },
  {
    when: 'nobody who has it is online',
    facts: { waiting: 'nobody-online', running: false },
    shows: { state: 'paused', reason: 'nobody-online' },
  },
  {
    when: 'it waits and knows why',
    facts: { waiting: 'source-changed', failure },
    shows: { state: 'paused', reason: 'source-changed', error: failure },
  },
  { when: 'it failed', facts: { failure, running: false }, shows: { state: 'failed', error: failure } },
  {
    when: 'it failed and was paused',
    facts: { failure, wish: 'pause' },
    shows: { state: 'failed', error: failure },
  },
  {
    when: 'it was cancelled after failing',
    facts: { failure, wish: 'cancel' },
    shows: { state: 'cancelled' },
  },
  {
    when: 'it is finished',
    facts: { finished: true, wish: 'pause', running: false },
    shows: { state: 'done' },
  },
]

for (const { when, facts, shows } of rows) {
  test(`when ${when}`, () => {
    assert.equal(transferState({ ...calm, ...facts }), shows)
  })
}

test.run()
