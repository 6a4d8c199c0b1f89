import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { OfferedEntry, Transfer } from '../../api/index.js'
import type { PeerId } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import { OfferDownloads, type OfferDownloadsOptions } from './offer-downloads.js'
import type { ReceivedOffer } from './offer-store.js'

const test = suite('offer downloads')

const OFFER: ReceivedOffer = {
  ...{ id: 'offer', from: 'anna' as PeerId, at: 0, state: 'accepted', told: true, started: false },
  ...{ files: 2, bytes: 2, count: 3, transfers: [], doneFiles: 0, doneBytes: 0 },
}
const ENTRIES: readonly OfferedEntry[] = [
  { type: 'folder', path: 'photos', size: 0, mtime: 0 },
  { type: 'file', path: 'photos/a', size: 1, mtime: 0 },
  { type: 'file', path: 'film', size: 1, mtime: 0 },
]

function download(id: string, name: string, fields: Partial<Transfer> = {}): Transfer {
  const nothing = { filesDone: 0, bytes: 0, total: 1, rate: 0, fetched: 0, wasted: 0, reused: 0, seconds: 0 }
  const about = { id, name, direction: 'down', offer: 'offer', files: 1, target: '', createdAt: 0 } as const
  return { ...nothing, ...about, state: 'queued', ...fields }
}

/** Downloads by what is listed of them, and what was done. */
function engine(listed: readonly (readonly [Transfer, number])[]) {
  const done: string[] = []
  const all = new Map(listed.map(([transfer, total]) => [transfer.id, { transfer, total }]))
  const act = (what: string, id: string) => {
    const found = all.get(id)
    if (!found) throw new Error('there is none')
    done.push(`${what} ${id}`)
    return found.transfer
  }
  const transfers: OfferDownloadsOptions['transfers'] = {
    list: () => [...all.values()].map(({ transfer }) => transfer),
    entries: id => ({ total: all.get(id)?.total ?? 0, entries: [] }),
    cancel: async id => act('cancel', id),
    remove: async id => void act('remove', id),
    async start({ name }) {
      done.push(`start ${name}`)
      return download(`new ${name}`, name)
    },
  }
  return { downloads: new OfferDownloads({ transfers, log: silentLogger, nameOf: () => 'Anna' }), done }
}

test('an offer that was cut off as it was started: what is whole goes on, the rest begins', async () => {
  const cut = download('1', 'photos', { state: 'failed', error: { code: 'JOURNAL_CORRUPT', message: '' } })
  const tables = [
    { before: [], follows: ['start photos', 'start film'] },
    { before: [[download('1', 'photos'), 2]], follows: ['start film'] },
    {
      before: [[download('1', 'photos'), 1]],
      follows: ['cancel 1', 'remove 1', 'start photos', 'start film'],
    },
    { before: [[cut, 0]], follows: ['cancel 1', 'remove 1', 'start photos', 'start film'] },
    {
      before: [
        [download('1', 'photos', { state: 'done' }), 2],
        [download('2', 'film'), 1],
      ],
      follows: [],
    },
    { before: [[download('1', 'film', { offer: 'another' }), 1]], follows: ['start photos', 'start film'] },
  ] as const

  for (const { before, follows } of tables) {
    const { downloads, done } = engine(before)

    const started = await downloads.start(OFFER, ENTRIES)

    assert.equal(done, follows)
    assert.equal(
      started.map(({ name }) => name),
      ['photos', 'film'],
    )
  }
})

test('an offer that is to be started twice at once is started once', async () => {
  const { downloads, done } = engine([])

  const [one, other] = await Promise.all([downloads.start(OFFER, ENTRIES), downloads.start(OFFER, ENTRIES)])

  assert.equal(done, ['start photos', 'start film'])
  assert.is(one, other)
})

test('all downloads of an offer count, also those of which nothing was told since the start', () => {
  const photos = download('1', 'photos', { state: 'done' })
  const { downloads } = engine([
    [photos, 2],
    [download('2', 'film', { state: 'downloading' }), 1],
  ])

  downloads.changed(photos)
  const stands = downloads.stand({ ...OFFER, started: true, transfers: ['1', '2'] })

  assert.is(stands.kind, 'going')
})

test('what goes on of an offer that is not there any more is lost, what is over is not', () => {
  const { downloads } = engine([
    [download('1', 'photos'), 2],
    [download('2', 'film', { state: 'done' }), 1],
    [download('3', 'mine', { offer: 'another' }), 1],
  ])

  const lost = downloads.lost(offer => offer === 'another')

  assert.equal(
    lost.map(({ id }) => id),
    ['1'],
  )
})

test.run()
