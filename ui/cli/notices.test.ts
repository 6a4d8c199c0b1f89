import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerEvent, Person } from '../../core/index.js'
import { ANNA, BEN, createFakePeer } from '../remote/testing/index.js'
import { Notices } from './notices.js'

const { peer } = createFakePeer()
const [ben] = await peer.people.list()
const [transfer] = await peer.transfers.list()
const [message] = await peer.chat.history({ thread: BEN })
if (!ben || !transfer || !message) throw new Error('the fake peer is empty')

function texts(events: readonly PeerEvent[]): (string | undefined)[] {
  const notices = new Notices(ANNA, 'connecting')
  return events.map(event => notices.take(event)?.text)
}

function person(more: Partial<Person>): PeerEvent {
  return { kind: 'person', person: { ...ben, ...more } as Person }
}

test('who comes and goes is told once, other news of them is not', () => {
  assert.equal(
    texts([
      person({ online: false }),
      person({ online: true }),
      person({ online: true, files: 9 }),
      person({ online: false }),
    ]),
    [undefined, 'Ben is online (baaaaaaa)', undefined, 'Ben has left'],
  )
})

test('a transfer is told when its state changes, not when its numbers do', () => {
  const states = [
    transfer,
    { ...transfer, bytes: 118_000 },
    { ...transfer, state: 'paused', reason: 'disk-full' } as const,
    { ...transfer, state: 'failed', error: { code: 'UNREADABLE', message: 'It can\u001b not.' } } as const,
  ]

  assert.equal(texts(states.map(transfer => ({ kind: 'transfer', transfer }))), [
    'notes.txt: downloading',
    undefined,
    'notes.txt: paused: the disk is full, free some space',
    'notes.txt: It can\\u{1b} not.',
  ])
})

test('a registry on the network is told once, with what to do, unless one is joined', () => {
  const one = { id: BEN, address: '10.0.0.5:7470' }
  const event: PeerEvent = { kind: 'registries', found: [one] }
  const text =
    'a registry is on this network: 10.0.0.5:7470 (baaaaaaa). To join it: tspeer settings registry 10.0.0.5:7470'

  assert.equal(texts([event, event]), [text, undefined])
  assert.is(new Notices(ANNA, 'connected').take(event), undefined)
})

test('messages of others are told once, my own are not', () => {
  const theirs = { ...message, from: BEN, text: 'one\ntwo' }

  assert.equal(
    texts([
      { kind: 'message', message },
      { kind: 'message', message: theirs },
      { kind: 'message', message: { ...theirs, state: 'read' } },
    ]),
    [undefined, 'message from baaaaaaa: one\n    two', undefined],
  )
})

test('the registry is told when it comes and goes', () => {
  const address = '127.0.0.1:7470'
  const error = { code: 'CONNECTION_LOST', message: 'Gone.' } as const

  assert.equal(
    texts([
      { kind: 'registry', registry: { state: 'connecting', address } },
      { kind: 'registry', registry: { state: 'connected', address } },
      { kind: 'registry', registry: { state: 'waiting', address, error } },
    ]),
    [undefined, 'registry 127.0.0.1:7470 connected', 'registry 127.0.0.1:7470 waiting: Gone.'],
  )
})

test('what a registry says to who joins is shown once, without what could deceive a terminal', () => {
  const address = '127.0.0.1:7470'
  const welcome = 'Be kind.\n\u001b[2JRule two.\u202e'
  const error = { code: 'OVER_QUOTA', message: 'Too many.' } as const

  assert.equal(
    texts([
      { kind: 'registry', registry: { state: 'connecting', address } },
      { kind: 'registry', registry: { state: 'connected', address, welcome } },
      { kind: 'registry', registry: { state: 'connected', address, welcome, error } },
    ]),
    [
      undefined,
      'registry 127.0.0.1:7470 connected\n  | Be kind.\n  | \\u{1b}[2JRule two.\\u{202e}',
      'registry 127.0.0.1:7470 connected: Too many.',
    ],
  )
})

test('an offer that waits is told once, with how to answer it; hostile names are escaped', async () => {
  const [offer] = await peer.offers.list()
  assert.ok(offer)
  const notices = new Notices(ANNA, 'connected')

  const told = notices.take({ kind: 'offer', offer: { ...offer, fromName: 'B\u202een' } })
  const again = notices.take({ kind: 'offer', offer })
  const accepted = notices.take({ kind: 'offer', offer: { ...offer, id: 'f'.repeat(32), state: 'accepted' } })

  assert.is(
    told?.text,
    'B\\u{202e}en (baaaaaaa) wants to send photos: 1 file, 5.0 kB\n  tspeer accept a0b1c2d3, or tspeer decline a0b1c2d3',
  )
  assert.is(again, undefined)
  assert.is(accepted, undefined)
})

test.run()
