import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { WebSocket } from 'ws'
import { createFakePeer, type FakePeer } from '../app/testing/index.js'
import { type Bridge, startBridge } from './index.js'
import { get, openSocket, usePeer } from './testing/bridge-client.js'

interface Context {
  folder: string
  peer: FakePeer
  bridge: Bridge
  token: string
}

const test = suite<Context>('bridge')

test.before(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'tspeer-bridge-'))
  for (const file of ['index.html', 'app.js', 'app.css', 'icon.svg'])
    await writeFile(join(context.folder, file), `the ${file}`)
})
test.after(({ folder }) => rm(folder, { recursive: true }))
test.before.each(async context => {
  context.peer = createFakePeer()
  context.bridge = await startBridge({ peer: context.peer, files: pathToFileURL(`${context.folder}/`) })
  context.token = context.bridge.url.split('#token=')[1] ?? ''
})
test.after.each(({ bridge }) => bridge.close())

/** How an attempt to open a socket ends. */
function outcome(socket: WebSocket): Promise<'open' | 'refused'> {
  return new Promise(resolve => {
    socket.once('error', () => resolve('refused'))
    socket.once('open', () => {
      socket.terminate()
      resolve('open')
    })
  })
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = await once(socket, 'close')
  return Number(code)
}

test('the address carries a token of 256 bits after #, which no request sends', ({ bridge, token }) => {
  assert.match(bridge.url, /^http:\/\/127\.0\.0\.1:\d+\/#token=/)
  assert.is(Buffer.from(token, 'base64url').length, 32)
})

for (const [path, type] of [
  ['/', 'text/html'],
  ['/app.js', 'text/javascript'],
  ['/app.css', 'text/css'],
  ['/icon.svg', 'image/svg+xml'],
] as const) {
  test(`security: ${path} comes with a strict policy and no cookie`, async ({ bridge }) => {
    const { status, headers } = await get(bridge.port, path)

    assert.is(status, 200)
    assert.ok(headers['content-type']?.startsWith(type))
    const policy = String(headers['content-security-policy'])
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "media-src 'self'",
      `connect-src ws://127.0.0.1:${bridge.port}`,
    ])
      assert.ok(policy.split('; ').includes(part), part)
    assert.not.match(policy, /unsafe|\*/)
    assert.is(headers['x-content-type-options'], 'nosniff')
    assert.is(headers['cross-origin-resource-policy'], 'same-origin')
    assert.is(headers['set-cookie'], undefined)
  })
}

for (const path of [
  '/../package.json',
  '/app.js.map',
  '/%2e%2e/app.js',
  '/socket',
  '/app.js?x',
  '//app.js',
  '/APP.JS',
]) {
  test(`security: nothing but the app's files is served: ${path}`, async ({ bridge }) => {
    assert.is((await get(bridge.port, path)).status, 404)
  })
}

const foreignRequests: readonly (readonly [string, Record<string, string>, string?])[] = [
  ['a rebinding Host', { host: 'evil.example:80' }],
  ['a Host that is not the printed one', { host: 'localhost' }],
  ['a foreign Origin', { origin: 'https://evil.example' }],
  ['a cross-site page', { 'sec-fetch-site': 'cross-site' }],
  ['a page of another port', { 'sec-fetch-site': 'same-site' }],
  ['a POST', {}, 'POST'],
]
for (const [what, headers, method] of foreignRequests) {
  test(`security: DNS rebinding and cross-site: a file asked for by ${what} is refused`, async ({
    bridge,
  }) => {
    assert.is((await get(bridge.port, '/', headers, method)).status, 403)
  })
}

test("security: the bridge's own page gets a socket", async context => {
  assert.is(await outcome(openSocket(context.bridge, { 'sec-fetch-site': 'same-origin' })), 'open')
})

test('security: the six refusals: a missing Origin', async ({ bridge }) => {
  assert.is(await outcome(new WebSocket(`ws://127.0.0.1:${bridge.port}/socket`)), 'refused')
})

const foreignSockets: readonly (readonly [string, (port: number) => Record<string, string>])[] = [
  ['a null Origin', () => ({ origin: 'null' })],
  ['a foreign Origin', () => ({ origin: 'https://evil.example' })],
  ['an Origin of another port', port => ({ origin: `http://127.0.0.1:${port + 1}` })],
  ['a rebinding Host', port => ({ host: `evil.example:${port}` })],
  ['a cross-site fetch', () => ({ 'sec-fetch-site': 'cross-site' })],
]
for (const [what, headers] of foreignSockets) {
  test(`security: the six refusals: ${what}`, async context => {
    assert.is(await outcome(openSocket(context.bridge, headers(context.bridge.port))), 'refused')
  })
}

for (const [what, given] of [
  ['a wrong token', 'x'.repeat(43)],
  ['an empty token', ''],
  ['a call without a token', '{"t":"q","i":"1","m":"status","a":[]}'],
] as const) {
  test(`security: the six refusals: ${what} ends the socket and reaches no method`, async context => {
    const socket = openSocket(context.bridge)
    const said: unknown[] = []
    socket.on('message', data => said.push(data))
    await once(socket, 'open')

    socket.send(given)
    socket.send('{"t":"q","i":"2","m":"files.search","a":[{"query":"x"}]}')

    assert.is(await closeCode(socket), 4401)
    assert.equal(said, [])
    assert.equal(context.peer.calls, [])
  })
}

test('security: the six refusals: a silent page is ended after 2 s', async context => {
  const socket = openSocket(context.bridge)
  await once(socket, 'open')
  const started = performance.now()

  assert.is(await closeCode(socket), 4401)

  const waited = performance.now() - started
  assert.ok(waited > 1500 && waited < 6000, `${waited} ms`)
})

test('security: a message over 1 MiB ends the socket', async context => {
  const { socket } = await usePeer(context.bridge)

  socket.send('x'.repeat(1024 * 1024 + 1))

  assert.is(await closeCode(socket), 1009)
})

test('with the token the page uses the peer and hears its events', async context => {
  const { socket, peer } = await usePeer(context.bridge)
  const heard = new Promise(resolve => peer.subscribe(resolve))

  const people = await peer.people.list()
  context.peer.emit({ kind: 'transfer-removed', id: 'a' })

  assert.is(people.length, 3)
  assert.equal(await heard, { kind: 'transfer-removed', id: 'a' })
  socket.terminate()
})

test('a closed bridge ends its pages, says so once, and leaves the peer alone', async context => {
  const { socket } = await usePeer(context.bridge)
  const closed = once(socket, 'close')

  await Promise.all([context.bridge.close(), context.bridge.close()])

  await closed
  assert.is((await context.peer.status()).name, 'me')
})

test('a busy port is told as such', async ({ bridge, peer, folder }) => {
  const files = pathToFileURL(`${folder}/`)
  try {
    await startBridge({ peer, port: bridge.port, files })
    assert.unreachable()
  } catch (error) {
    assert.is(Object(error).code, 'PORT_BUSY')
  }
})

test('an app that is not built is told as such', async ({ peer }) => {
  try {
    await startBridge({ peer, files: new URL('./nowhere/', import.meta.url) })
    assert.unreachable()
  } catch (error) {
    assert.match(Object(error).message, 'npm run build')
  }
})

test.run()
