import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../../errors/index.js'
import { parseRoot } from '../../manifest/index.js'
import type { Envelope } from '../../wire/index.js'
import { SourceLink } from './source-link.js'

const root = parseRoot('a'.repeat(64))

function link() {
  const sent: Envelope[] = []
  const ends: string[] = []
  const source = new SourceLink(envelope => void sent.push(envelope))
  const ask = (transfer: number) =>
    source.ask({
      body: { want: 'pieces', root, size: 4_000_000, first: 0, count: 1 },
      bytes: 1_000_000,
      transfer,
      sink: {
        bytes: () => {},
        answered: () => void ends.push('answered'),
        refused: ({ code }: PeerError) => void ends.push(code),
        lost: ({ code }: PeerError) => void ends.push(`lost ${code}`),
      },
    })
  const refuse = (id: number, code: string) =>
    source.message({ op: 'error', id, code, message: 'no', details: {} })
  return { source, sent, ends, ask, refuse }
}

test('what was cancelled ends with our reason, in whatever words the source refuses it', () => {
  const { source, sent, ends, ask, refuse } = link()
  ask(1)
  ask(2)

  source.cancel(asked => asked.transfer === 1, new PeerError('CLOSED', 'Not wanted any more.'))
  refuse(1, 'NOT_SHARED')
  refuse(2, 'NOT_SHARED')

  assert.equal(ends, ['CLOSED', 'NOT_SHARED'])
  assert.equal(
    sent.map(({ op }) => op),
    ['request', 'request', 'cancel'],
  )
})

test('what waits for its turn is dropped at once', () => {
  const { source, sent, ends, ask } = link()
  for (let n = 0; n < 20; n++) ask(1)
  const underWay = sent.length

  source.cancel(asked => asked.transfer === 1, new PeerError('CLOSED', 'Not wanted any more.'))

  assert.is(ends.length, 20 - underWay)
  assert.is(sent.length, 2 * underWay)
})

test.run()
