import { lstat, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode, homeSocket, type PeerEvent, silentLogger } from '../../../core/index.js'
import { ANNA, createFakePeer, type FakePeer } from '../testing/index.js'
import { connectLocal, type LocalServer, serveLocal } from './index.js'
import { LineSplitter } from './line-channel.js'

async function served(
  work: (facts: { home: string; fake: FakePeer; server: LocalServer }) => Promise<void>,
  below = '',
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tspeer-local-'))
  const home = join(folder, below)
  await mkdir(home, { recursive: true })
  const fake = createFakePeer()
  const server = await serveLocal({ peer: fake.peer, home, log: silentLogger })
  try {
    await work({ home, fake, server })
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

test('a program of the same user uses the running peer', () =>
  served(async ({ home, fake }) => {
    const peer = await connectLocal(home)
    assert.ok(peer)
    const events: PeerEvent[] = []
    peer.subscribe(event => events.push(event))

    const people = await peer.people.list()
    fake.emit({ kind: 'transfer-removed', id: '1' })
    await peer.status()

    assert.is(peer.id, ANNA)
    assert.is(people[0]?.name, 'Ben')
    assert.equal(events, [{ kind: 'transfer-removed', id: '1' }])
    await peer.close()
  }))

test('an answer of many megabytes arrives whole', () =>
  served(async ({ home, fake }) => {
    const text = 'ä€😀'.repeat(500_000)
    fake.answer('chat.history', [{ text }])
    const peer = await connectLocal(home)
    assert.ok(peer)

    const [message] = await peer.chat.history({ thread: ANNA })

    assert.ok(message?.text === text)
    await peer.close()
  }))

test('no peer on a home is undefined, also where one left its socket', () =>
  served(async ({ home }) => {
    assert.is(await connectLocal(join(home, 'none')), undefined)
    await writeFile(join(home, 'file'), '')
    assert.is(await connectLocal(join(home, 'file')), undefined)
  }))

test('a left-over socket is replaced', () =>
  served(async ({ home, server }) => {
    await server.close()
    await writeFile(server.path, 'left over')
    const again = await serveLocal({ peer: createFakePeer().peer, home, log: silentLogger })

    const peer = await connectLocal(home)

    assert.is(peer?.id, ANNA)
    await peer?.close()
    await again.close()
  }))

test('a server that closes ends its connections', () =>
  served(async ({ home, server }) => {
    const peer = await connectLocal(home)
    assert.ok(peer)

    await Promise.all([server.close(), server.close()])

    assert.ok(hasCode(await peer.status().catch(error => error), 'CONNECTION_LOST'))
    assert.is(await connectLocal(home), undefined)
  }))

test('a program that stopped reading does not hold up the end', () =>
  served(async ({ fake, server }) => {
    fake.answer('people.list', ['x'.repeat(20_000_000)])
    const socket = connect(server.path)
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.write('{"t":"q","i":"1","m":"people.list","a":[]}\n')
    while (fake.calls.length === 0) await new Promise(resolve => setImmediate(resolve))

    await server.close()

    socket.resume()
    await closed
  }))

test('security: only its owner reaches the socket', () =>
  served(async ({ server }) => {
    assert.is((await stat(server.path)).mode & 0o777, 0o600)
  }))

test('security: a home whose path is too long has its socket in a folder of the user alone', () =>
  served(async ({ home, server }) => {
    assert.not(server.path.startsWith(home))
    assert.ok(Buffer.byteLength(server.path) <= 100)
    assert.is((await lstat(join(server.path, '..'))).mode & 0o777, 0o700)
    const peer = await connectLocal(home)
    assert.is(peer?.id, ANNA)
    await peer?.close()
  }, 'long-name/'.repeat(12)))

test('security: a line over the cap ends the connection', () =>
  served(async ({ server }) => {
    const socket = connect(server.path)
    socket.on('error', () => {})
    const closed = new Promise(resolve => socket.once('close', resolve))

    socket.write('x'.repeat(2 * 1024 * 1024))

    await closed
  }))

test('a home on Windows has a named pipe, one for each home in any case', () => {
  const pipe = homeSocket('/home/anna', 'peer', 'win32')

  assert.match(pipe, /^\\\\\.\\pipe\\tspeer-[0-9a-f]{24}$/)
  assert.is(homeSocket('/HOME/Anna', 'peer', 'win32'), pipe)
  assert.is.not(homeSocket('/home/ben', 'peer', 'win32'), pipe)
})

test('lines come whole however they are cut', () => {
  const text = 'one\n\ntwo three\nfour'
  for (let size = 1; size <= text.length; size++) {
    const lines: string[] = []
    const splitter = new LineSplitter(9)

    for (let i = 0; i < text.length; i += size)
      assert.ok(splitter.take(text.slice(i, i + size), line => lines.push(line)))

    assert.equal(lines, ['one', '', 'two three'])
  }
})

test('a line over the limit is noticed before its end', () => {
  const splitter = new LineSplitter(4)
  assert.ok(splitter.take('ab\nabcd', () => {}))
  assert.not(splitter.take('e', () => {}))
})

test.run()
