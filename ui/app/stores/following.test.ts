import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Subscription } from '../../../core/browser.js'
import { createFakePeer, samplePerson } from '../testing/index.js'
import { createFollowing } from './following.js'
import { createNotices } from './notices.js'
import { createSession } from './session.js'

const anna = samplePerson(0)
const FOLDER = { owner: anna.id, path: 'Films/Talks' }

test('a folder is followed and found, and stopping takes it off the list', async () => {
  const fake = createFakePeer({ transfers: 0 })
  const session = createSession({ peer: fake, watchLink: () => () => {} }, run => run())

  assert.ok(await session.following.follow(FOLDER))
  const followed = session.following.find(FOLDER)
  assert.is(followed?.ownerName, anna.name)
  assert.is(session.transfers.list.get(followed?.transfer ?? '')?.name, 'Talks')

  assert.ok(await session.following.stop(followed?.id ?? ''))
  assert.is(session.following.find(FOLDER), undefined)
  assert.is(session.transfers.list.count(), 1) // what is on its way still comes
  session.close()
})

test('a session loads what is followed and takes what changes in it', async () => {
  const fake = createFakePeer({ followed: 2 })
  const session = createSession(
    {
      peer: fake,
      watchLink: listener => {
        listener({ kind: 'open' })
        return () => {}
      },
    },
    run => run(),
  )
  await new Promise(resolve => setImmediate(resolve))
  assert.is(session.following.list.count(), 2)

  const [first] = await fake.subscriptions.list()
  assert.ok(first)
  fake.emit({ kind: 'subscription', subscription: { ...first, updatedAt: 7 } })
  assert.is(session.following.list.get(first.id)?.updatedAt, 7)
  await fake.subscriptions.remove(first.id)

  assert.is(session.following.list.count(), 1)
  session.close()
})

test('an answer to Follow never replaces what an event told since', async () => {
  const { subscriptions } = createFakePeer()
  let answer: (subscription: Subscription) => void = () => {}
  const following = createFollowing(
    { subscriptions: { ...subscriptions, add: () => new Promise(resolve => (answer = resolve)) } },
    createNotices(),
  )
  const followed: Subscription = { id: 'a', ownerName: 'anna', target: '/d', addedAt: 1, ...FOLDER }

  const isDone = following.follow(FOLDER)
  following.apply({ ...followed, updatedAt: 2 })
  answer(followed)
  await isDone

  assert.is(following.find(FOLDER)?.updatedAt, 2)
})

test('a folder that is followed but could not be asked for stays on the list, and the reason is told', async () => {
  const { subscriptions } = createFakePeer()
  const error = { code: 'NOT_FOUND', message: 'anna does not share it any more.' } as const
  const failed: Subscription = { id: 'a', ownerName: 'anna', target: '/d', addedAt: 1, ...FOLDER, error }
  const notices = createNotices()
  const following = createFollowing({ subscriptions: { ...subscriptions, add: async () => failed } }, notices)

  const isFollowed = await following.follow(FOLDER)

  assert.is(isFollowed, false)
  assert.is(following.find(FOLDER)?.id, 'a')
  assert.is(notices.list.value[0]?.text, error.message)
})

test.run()
