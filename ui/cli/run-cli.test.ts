import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError, type Transfer } from '../../core/index.js'
import { BEN, createFakePeer, ROOT } from '../remote/testing/index.js'
import { cli, lastAsked, objects } from './testing/index.js'

const AT = '2026-01-02T03:04:05.000Z'
const ID = '00112233445566778899aabbccddeeff'

const golden: readonly [string, readonly string[], readonly object[]][] = [
  [
    'people',
    ['people', '--json'],
    [
      {
        id: BEN,
        name: 'Ben',
        online: true,
        lastSeen: AT,
        verified: false,
        files: 2,
        bytes: 1_234_567,
        hashed: 1,
      },
    ],
  ],
  [
    'ls',
    ['--json', 'ls', 'Ben'],
    [
      { path: 'music', type: 'folder', size: 1_000_000, mtime: AT },
      { path: 'notes.txt', type: 'file', size: 234_567, mtime: AT, root: ROOT },
    ],
  ],
  [
    'search',
    ['search', 'notes', '--json'],
    [
      {
        path: 'notes.txt',
        name: 'notes.txt',
        type: 'file',
        size: 234_567,
        mtime: AT,
        root: ROOT,
        owners: [{ id: BEN, name: 'Ben', online: true, path: 'notes.txt' }],
      },
    ],
  ],
  [
    'share ls',
    ['share', 'ls', '--json'],
    [
      {
        path: 'photos',
        type: 'folder',
        size: 34_000_000,
        mtime: AT,
        visibility: 'everyone',
        files: 12,
        original: '/home/anna/photos',
      },
    ],
  ],
  [
    'transfers',
    ['transfers', '--json'],
    [
      {
        event: 'progress',
        id: ID,
        state: 'downloading',
        bytes: 117_000,
        total: 234_567,
        rate: 50_000,
        eta: 2.4,
        name: 'notes.txt',
      },
    ],
  ],
  [
    'transfers ID',
    ['transfers', '0011', '--json'],
    [{ path: '', type: 'file', size: 234_567, done: 117_000 }],
  ],
  [
    'pause',
    ['pause', '0011', '--json'],
    [
      {
        event: 'progress',
        id: ID,
        state: 'paused',
        reason: 'user',
        bytes: 117_000,
        total: 234_567,
        rate: 50_000,
        eta: 2.4,
        name: 'notes.txt',
      },
    ],
  ],
  ['hash', ['hash', 'a', '--json'], [{ path: 'a', size: 5, root: ROOT, sha256: 'ab'.repeat(32) }]],
  ['settings', ['settings', 'downloadsAtOnce', '--json'], [{ key: 'downloadsAtOnce', value: 3 }]],
  ['rules', ['rules', '--json'], [{ id: BEN, name: 'Ben', rule: 'up-to', bytes: 10_000_000 }]],
  [
    'offers',
    ['offers', '--json'],
    [
      {
        id: 'a0b1c2d3e4f5061728394a5b6c7d8e9f',
        from: BEN,
        fromName: 'Ben',
        name: 'photos',
        state: 'waiting',
        files: 1,
        bytes: 5_000,
        count: 2,
        at: AT,
        entries: [
          { path: 'photos', type: 'folder', size: 0, mtime: AT },
          { path: 'photos/\u202egpj.exe', type: 'file', size: 5_000, mtime: AT },
        ],
      },
    ],
  ],
  ['limit', ['limit', 'ben', '--json'], [{ id: BEN, name: 'Ben', up: 0, down: 0 }]],
]
for (const [name, argv, expected] of golden) {
  test(`${name} --json keeps its field names`, async () => {
    const ran = await cli(argv)

    assert.equal(objects(ran), expected)
    assert.is(ran.err, '')
    assert.is(ran.code, 0)
  })
}

test('id --json has the fields of people', async () => {
  const [me] = objects(await cli(['id', '--json'])) as [object]

  assert.equal(Object.keys(me), ['id', 'name', 'online', 'lastSeen', 'verified', 'files', 'bytes', 'hashed'])
})

const wrong: readonly (readonly string[])[] = [
  [],
  ['fly'],
  ['ls'],
  ['ls', 'a', 'b'],
  ['ls', 'root:x'],
  ['get'],
  ['get', ':x'],
  ['get', 'Ben:a', '--on-conflict', 'burn'],
  ['unsubscribe'],
  ['send'],
  ['send', 'ben'],
  ['accept'],
  ['decline'],
  ['rules', 'ben', 'sometimes'],
  ['get', 'root:12'],
  ['search'],
  ['search', 'x', '--type', 'song'],
  ['search', 'x', '--min-size', 'big'],
  ['search', 'x', '--limit', '0'],
  ['share'],
  ['share', 'fly'],
  ['share', 'add'],
  ['share', 'add', 'x', '--to', ','],
  ['people', '--fast'],
  ['limit'],
  ['limit', 'ben', '--up', 'fast'],
  ['id', '--home'],
  ['hash'],
  ['pause'],
  ['move', '0011'],
  ['move', '0011', 'away'],
  ['move', '0011', '0'],
  ['chat'],
]
for (const argv of wrong) {
  test(`wrong usage is told and ends with 2: tspeer ${argv.join(' ')}`, async () => {
    const ran = await cli(argv)
    const json = await cli(['--json', ...argv])

    assert.is(ran.code, 2)
    assert.is(ran.out, '')
    assert.match(ran.err, /\w/)
    assert.equal(ran.fake.calls, [])
    assert.is(json.code, 2)
    if (argv[1] !== '--home')
      assert.match(json.out, /^{"event":"error","code":"BAD_INPUT","message":".+"}\n$/)
  })
}

test('all are paused, resumed and cancelled with one call, and one is moved by place or priority', async () => {
  for (const action of ['pause', 'resume', 'cancel']) {
    const ran = await cli([action, 'all'])

    assert.is(ran.code, 0, ran.err)
    assert.ok(ran.fake.calls.some(([name, ...given]) => name === 'transfers.each' && given[0] === action))
  }
  for (const [to, name, given] of [
    ['first', 'transfers.move', 'first'],
    ['3', 'transfers.move', 3],
    ['high', 'transfers.prioritise', 'high'],
  ] as const) {
    const ran = await cli(['move', ID.slice(0, 8), to, '--json'])

    assert.is(ran.code, 0, ran.err)
    assert.ok(ran.fake.calls.some(call => call[0] === name && call[2] === given))
    assert.is(JSON.parse(ran.out).id, ID)
  }
})

test('help and version are no failure', async () => {
  for (const argv of [['--help'], ['get', '--help'], ['share', 'add', '-h'], ['--version']]) {
    const ran = await cli(argv)

    assert.is(ran.code, 0)
    assert.match(ran.out, /\w/)
    assert.is(ran.err, '')
  }
})

test('a failure has its code and sentence on stderr and ends with 1', async () => {
  const ran = await cli(['ls', 'Carl'])
  const json = await cli(['ls', 'Carl', '--json'])

  assert.is(ran.code, 1)
  assert.match(ran.err, /^tspeer: NOT_FOUND: Nobody called "Carl"/)
  assert.is(ran.out, '')
  assert.is(json.code, 1)
  assert.match(json.out, /^{"event":"error","code":"NOT_FOUND","message":"Nobody called/)
})

const hostile = '\u001b]0;x\u0007\u001b[2J\u009b31m\u202egpj.exe\u200b\u007f'
const VISIBLE = /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]*$/

test('security: terminal escapes from others never reach the terminal, in any command', async () => {
  const fake = createFakePeer()
  const person = {
    id: BEN,
    name: hostile,
    online: true,
    lastSeen: 0,
    verified: false,
    files: 1,
    bytes: 1,
    hashed: 1,
    unread: 0,
    nickname: hostile,
    note: hostile,
  }
  const entry = { path: hostile, name: hostile, type: 'file', size: 1, files: 1, mtime: 0 }
  const owner = { id: BEN, name: hostile, online: true, path: hostile }
  const [transfer] = await fake.peer.transfers.list()
  const message = { id: ID, thread: BEN, from: BEN, text: hostile, at: 0, state: 'delivered' }
  fake.answer('people.list', [person])
  fake.answer('files.browse', { total: 1, entries: [entry], from: 'registry' })
  fake.answer('files.search', {
    total: 1,
    complete: true,
    hits: [{ ...entry, owners: [owner], ownerCount: 1 }],
  })
  fake.answer('transfers.list', [{ ...transfer, name: hostile, target: hostile }])
  fake.answer('transfers.download', [{ ...transfer, name: hostile, target: hostile, state: 'done' }])
  fake.answer('transfers.entries', { total: 1, entries: [{ ...entry, index: 0, done: 1 }] })
  fake.answer('chat.history', [message])
  fake.answer('chat.send', new PeerError('OFFLINE', hostile))
  fake.answer('share.list', [
    { name: hostile, original: hostile, type: 'file', visibility: [hostile], files: 1, bytes: 1, mtime: 0 },
  ])
  fake.answer('share.problems', [{ ...entry, path: `x/${hostile}/y`, reason: 'cycle' }])

  const [offer] = await fake.peer.offers.list()
  fake.answer('offers.list', [{ ...offer, name: hostile, fromName: hostile }])
  fake.answer('offers.decline', { ...offer, name: hostile })
  fake.answer('offers.rules', [{ person: BEN, name: hostile, rule: { kind: 'always' } }])

  const commands = [
    ['people'],
    ['offers'],
    ['decline', 'a0b1'],
    ['rules'],
    ['ls', 'Ben'],
    ['search', 'x'],
    ['transfers'],
    ['transfers', '0011'],
    ['chat', 'Ben'],
    ['chat', 'Ben', 'x'],
    ['share', 'ls'],
  ]
  for (const argv of commands) {
    for (const json of [[], ['--json']]) {
      const { out, err } = await cli([...argv, ...json], { fake })

      assert.match(out, VISIBLE, `stdout of ${argv.join(' ')}`)
      assert.match(err, VISIBLE, `stderr of ${argv.join(' ')}`)
      assert.match(out + err, /gpj\.exe/)
    }
  }
})

test('people who share a name are told apart by their ids', async () => {
  const fake = createFakePeer()
  const [ben] = await fake.peer.people.list()
  fake.answer('people.list', [ben, { ...ben, id: 'c'.repeat(52) }])

  const { out } = await cli(['people'], { fake })

  assert.match(out, /^Ben#baaaaaaa /m)
  assert.match(out, /^Ben#cccccccc /m)
})

test('get asks for what is to become of a name that is taken', async () => {
  const fake = createFakePeer()
  fake.answer('transfers.download', [])

  await cli(['get', 'Ben:a', '--on-conflict', 'skip'], { fake })

  const asked = fake.calls.find(([name]) => name === 'transfers.download')
  assert.equal(asked?.[1], { owner: BEN, paths: ['a'], onConflict: 'skip' })
})

test('search --save keeps a search; searches lists them, shows what is new and forgets one', async () => {
  const saved = await cli(['search', 'film', '--type', 'video', '--save', 'films'])
  const fake = createFakePeer()
  const listed = objects(await cli(['searches', '--json'], { fake })) as { name: string; new: number }[]
  const shown = await cli(['searches', 'films'], { fake })
  const forgotten = await cli(['searches', 'films', '--forget'], { fake })
  const none = await cli(['searches', 'none'], { fake })

  assert.equal(
    saved.fake.calls.find(([name]) => name === 'searches.save'),
    ['searches.save', 'films', { query: 'film', kind: 'video' }],
  )
  assert.equal(
    listed.map(({ name, new: fresh }) => [name, fresh]),
    [['films', 1]],
  )
  assert.is(shown.code, 0)
  assert.ok(fake.calls.some(([name]) => name === 'searches.markSeen'))
  assert.match(forgotten.out, 'films: saved no more')
  assert.not.equal(none.code, 0)
})

test('get --follow follows folders; subscriptions lists them and unsubscribe ends one', async () => {
  const fake = createFakePeer()

  const followed = await cli(['get', 'Ben:photos', '--follow', '-o', 'in'], { fake })
  const listed = objects(await cli(['subscriptions', '--json'], { fake })) as {
    id: string
    addedAt: string
  }[]
  const ended = await cli(['unsubscribe', '99'], { fake })

  assert.is(followed.code, 0)
  const asked = fake.calls.find(([name]) => name === 'subscriptions.add')
  assert.equal(asked?.[1], { owner: BEN, path: 'photos', target: '/work/in' })
  assert.equal(
    listed.map(({ id, addedAt }) => [id, addedAt]),
    [['9'.repeat(32), '1970-01-01T00:00:00.001Z']],
  )
  assert.is(ended.code, 0)
  assert.equal(lastAsked(fake), ['subscriptions.remove', '9'.repeat(32)])
})

test('get looks up, starts once a person, shows progress, and ends with the result', async () => {
  const fake = createFakePeer()
  const [transfer] = await fake.peer.transfers.list()
  assert.ok(transfer)
  const follow = cli(['get', 'Ben:a', 'Ben:/b/c/', '-o', 'in', '--json'], { fake })
  await until(() => fake.listeners > 0 && fake.calls.at(-1)?.[0] === 'transfers.list')
  await Promise.resolve()

  fake.emit({ kind: 'transfer', transfer: { ...transfer, id: 'other', bytes: 1 } })
  fake.emit({ kind: 'transfer', transfer: { ...transfer, state: 'checking', bytes: 234_567 } })
  fake.emit({ kind: 'transfer', transfer: done(transfer) })

  const ran = await follow
  assert.equal(
    ran.fake.calls.find(([name]) => name === 'transfers.download'),
    ['transfers.download', { owner: BEN, paths: ['a', 'b/c'], target: '/work/in' }],
  )
  const events = objects(ran) as { event: string; state?: string }[]
  assert.equal(
    events.map(({ event, state }) => state ?? event),
    ['downloading', 'checking', 'done'],
  )
  assert.equal(events.at(-1), {
    event: 'done',
    id: ID,
    files: 1,
    bytes: 234_567,
    fetched: 234_567,
    reused: 0,
    wasted: 0,
    seconds: 2,
    target: transfer.target,
    name: 'notes.txt',
  })
  assert.is(ran.code, 0)
})

test('progress lines come at most 10 times a second', async () => {
  const fake = createFakePeer()
  const [transfer] = await fake.peer.transfers.list()
  assert.ok(transfer)
  const follow = cli(['get', 'Ben:a', '--json'], { fake })
  await until(() => fake.listeners > 0 && fake.calls.at(-1)?.[0] === 'transfers.list')

  for (let bytes = 0; bytes < 1000; bytes++) fake.emit({ kind: 'transfer', transfer: { ...transfer, bytes } })
  fake.emit({ kind: 'transfer', transfer: done(transfer) })

  assert.ok(objects(await follow).length <= 4)
})

test('get of a whole share asks for each thing in it', async () => {
  const fake = createFakePeer()
  const [transfer] = await fake.peer.transfers.list()
  assert.ok(transfer)
  fake.answer('transfers.list', [done(transfer)])

  const ran = await cli(['get', 'Ben:'], { fake })

  assert.equal(ran.fake.calls.find(([name]) => name === 'transfers.download')?.[1], {
    owner: BEN,
    paths: ['music', 'notes.txt'],
  })
  assert.is(ran.code, 0)
})

for (const [state, code] of [
  ['failed', 'DISK_FULL'],
  ['cancelled', 'CLOSED'],
] as const) {
  test(`get of what is ${state} ends with 1`, async () => {
    const fake = createFakePeer()
    const [transfer] = await fake.peer.transfers.list()
    const error = state === 'failed' ? { error: { code, message: 'The disk is full.' } } : {}
    fake.answer('transfers.list', [{ ...transfer, state, ...error }])

    const ran = await cli(['get', 'Ben:a', '--json'], { fake })

    assert.is(ran.code, 1)
    assert.match(ran.out, new RegExp(`"event":"error","code":"${code}"`))
    assert.match(ran.err, new RegExp(`^tspeer: ${code}: `))
  })
}

test('an interrupted get pauses at the running peer and ends with 130', async () => {
  const fake = createFakePeer()
  const abort = new AbortController()
  const follow = cli(['get', 'Ben:a'], { fake, signal: abort.signal })
  await until(() => fake.listeners > 0 && fake.calls.at(-1)?.[0] === 'transfers.list')

  abort.abort()

  const ran = await follow
  assert.is(ran.code, 130)
  assert.ok(fake.calls.some(([name, id]) => name === 'transfers.pause' && id === ID))
  assert.match(ran.err, /tspeer resume 00112233/)
})

test('an interrupted get with a peer of its own leaves the transfer as it is, for the next start', async () => {
  const fake = createFakePeer()
  const abort = new AbortController()
  const follow = cli(['get', 'Ben:a'], { fake, own: true, signal: abort.signal })
  await until(() => fake.listeners > 0 && fake.calls.at(-1)?.[0] === 'transfers.list')

  abort.abort()

  assert.is((await follow).code, 130)
  assert.not(fake.calls.some(([name]) => name === 'transfers.pause'))
  assert.is(fake.calls.at(-1)?.[0], 'close')
})

test('a transfer is named by the beginning of its id', async () => {
  const none = await cli(['pause', 'ff'])
  const fake = createFakePeer()
  const [transfer] = await fake.peer.transfers.list()
  fake.answer('transfers.list', [transfer, { ...transfer, id: `${ID.slice(0, 31)}0` }])
  const two = await cli(['cancel', ID.slice(0, 8)], { fake })

  assert.match(none.err, /NOT_FOUND/)
  assert.match(two.err, /AMBIGUOUS/)
  assert.not(fake.calls.some(([name]) => name === 'transfers.cancel'))
})

test('share add takes a path from where the person is, and names as those who may see it', async () => {
  const { fake, code } = await cli(['share', 'add', 'photos', '--to', 'Ben, ben'])

  assert.equal(lastAsked(fake), ['share.add', '/work/photos', { visibility: [BEN, BEN] }])
  assert.is(code, 0)
})

test('share rm takes the name in the share or the path of the original', async () => {
  for (const path of ['photos', 'photos/', '/home/anna/photos', '../home/anna/photos']) {
    const { fake } = await cli(['share', 'rm', path])
    assert.equal(lastAsked(fake), ['share.remove', 'photos'])
  }
  assert.match((await cli(['share', 'rm', 'music'])).err, /NOT_FOUND/)
})

test('settings change a value in its own type', async () => {
  const number = await cli(['settings', 'downloadsAtOnce', '5'])
  const folder = await cli(['settings', 'downloads', 'new'])
  const text = await cli(['settings', 'name', '12'])
  const flag = await cli(['settings', 'keepExecutable', 'true'])
  const none = await cli(['settings', 'colour', 'red'])

  assert.equal(lastAsked(number.fake), ['settings.set', 'downloadsAtOnce', 5])
  assert.equal(lastAsked(folder.fake), ['settings.set', 'downloads', '/work/new'])
  assert.equal(lastAsked(text.fake), ['settings.set', 'name', '12'])
  assert.equal(lastAsked(flag.fake), ['settings.set', 'keepExecutable', true])
  assert.match(none.err, /NOT_FOUND: There is no setting "colour". There are: name, registry/)
})

test('limits are written as sizes', async () => {
  const { fake } = await cli(['settings', 'uploadLimit', '20MB'])
  const shown = await cli(['settings'])

  assert.equal(lastAsked(fake), ['settings.set', 'uploadLimit', '20MB'])
  assert.match(shown.out, /uploadLimit +none/)
})

test('limit sets what is named for one person, and shows what holds', async () => {
  const set = await cli(['limit', 'ben', '--up', '5MB/s'])
  const both = await cli(['limit', 'ben', '--up', 'none', '--down', '100kB', '--json'])

  assert.equal(lastAsked(set.fake), ['people.setLimits', BEN, { up: 5_000_000 }])
  assert.match(set.out, /Ben +5MB +none/)
  assert.equal(objects(both), [{ id: BEN, name: 'Ben', up: 0, down: 100_000 }])
})

test('hash goes on after a file that can not be read, and ends with 1', async () => {
  const ran = await cli(['hash', 'missing', 'a', '--json'])

  assert.equal(
    (objects(ran) as { event?: string }[]).map(({ event }) => event),
    ['error', undefined],
  )
  assert.is(ran.code, 1)
})

test('chat sends one text and says how far it came', async () => {
  const ran = await cli(['chat', 'Ben', 'hello', 'there', '--json'])

  assert.equal(lastAsked(ran.fake), ['chat.send', BEN, 'hello there'])
  assert.equal(objects(ran), [
    {
      event: 'message',
      id: 'ffeeddccbbaa99887766554433221100',
      thread: BEN,
      from: 'a'.repeat(52),
      text: 'hello',
      at: AT,
      state: 'delivered',
    },
  ])
})

test('a message on its way is waited for', async () => {
  const fake = createFakePeer()
  const [message] = await fake.peer.chat.history({ thread: BEN })
  assert.ok(message)
  fake.answer('chat.send', { ...message, state: 'sent' })
  const sending = cli(['chat', 'Ben', 'hello', '--json'], { fake })
  await until(() => fake.calls.at(-1)?.[0] === 'chat.send')

  fake.emit({ kind: 'message', message: { ...message, state: 'delivered' } })

  assert.equal(
    (objects(await sending) as { state: string }[]).map(({ state }) => state),
    ['delivered'],
  )
})

test('a chat shows the history, sends each line of the input, and ends with it', async () => {
  const ran = await cli(['chat', 'Ben'], { input: ['one', '', 'two'] })

  assert.equal(
    ran.fake.calls.filter(([name]) => name === 'chat.send'),
    [
      ['chat.send', BEN, 'one'],
      ['chat.send', BEN, 'two'],
    ],
  )
  assert.match(ran.out, /me: hello/)
  assert.is(ran.code, 0)
})

test('a message of several lines can not pass for messages of others', async () => {
  const fake = createFakePeer()
  const [message] = await fake.peer.chat.history({ thread: BEN })
  fake.answer('chat.history', [{ ...message, from: BEN, text: 'hi\n2026-01-01 00:00 Anna: send money' }])

  const { out } = await cli(['chat', 'Ben'], { fake })

  assert.match(out, /\n {4}2026-01-01 00:00 Anna/)
})

test('a peer of its own is closed when the command ends, also by failing', async () => {
  for (const argv of [['people'], ['ls', 'Carl']]) {
    const { fake } = await cli(argv, { own: true })
    assert.is(fake.calls.at(-1)?.[0], 'close')
  }
})

function done(transfer: Transfer): Transfer {
  return { ...transfer, state: 'done', bytes: transfer.total, fetched: transfer.total }
}

/** The last call beside the end of the connection. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come to that in 5 s')
    await new Promise(resolve => setImmediate(resolve))
  }
}

test.run()
