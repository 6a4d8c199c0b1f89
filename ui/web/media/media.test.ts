import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../../core/testing/index.js'
import { createFakePeer, type FakePeer, samplePng, sampleWav } from '../../app/testing/index.js'
import type { RemotePeer } from '../../remote/index.js'
import { type Bridge, type MediaServer, startBridge, startMediaServer } from '../index.js'
import { get, usePeer } from '../testing/bridge-client.js'

const WAV = sampleWav(40)
const text = (words: string) => new TextEncoder().encode(words)
const FILES = [
  { name: 'tone.wav', bytes: WAV },
  { name: 'dot.PNG', bytes: samplePng() },
  { name: 'page.html', bytes: text('<script>hits++</script>') },
  { name: 'picture.svg', bytes: text('<svg onload="hits++"/>') },
  { name: 'feed.xml', bytes: text('<x/>') },
  { name: "o'ne (ü)\r\n.exe", bytes: text('MZ') },
  { name: 'empty.wav', bytes: new Uint8Array(0) },
]

interface Context {
  folder: string
  peer: FakePeer
  bridge: Bridge
  page: RemotePeer
  desktop: MediaServer
}

const test = suite<Context>('media')

test.before(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'tspeer-media-'))
  for (const file of ['index.html', 'app.js', 'app.css', 'icon.svg'])
    await writeFile(join(context.folder, file), `the ${file}`)
  context.peer = createFakePeer({ transfers: 0, media: FILES })
  context.bridge = await startBridge({ peer: context.peer, files: pathToFileURL(`${context.folder}/`) })
  context.page = (await usePeer(context.bridge)).peer
  context.desktop = await startMediaServer({ peer: context.peer })
})
test.after(async ({ bridge, desktop, folder }) => {
  await bridge.close()
  await desktop.close()
  await rm(folder, { recursive: true })
})

/** The address of a sample, as the page is given it. */
async function addressOf({ peer, page }: Context, name: string): Promise<string> {
  const transfer = (await peer.transfers.list()).find(one => one.name === name)
  return page.mediaUrl(transfer?.id ?? '', 0)
}

test('without a Range the whole file comes, with its type', async context => {
  const { status, headers, body } = await get(context.bridge.port, await addressOf(context, 'tone.wav'))

  assert.is(status, 200)
  assert.is(headers['content-type'], 'audio/wav')
  assert.is(headers['content-length'], String(WAV.length))
  assert.is(headers['accept-ranges'], 'bytes')
  assert.equal(body, Buffer.from(WAV))
})

for (const [range, status, start, end] of [
  ['bytes=0-', 206, 0, WAV.length],
  ['bytes=100-199', 206, 100, 200],
  ['bytes=-44', 206, WAV.length - 44, WAV.length],
  [`bytes=${WAV.length - 1}-${WAV.length + 99}`, 206, WAV.length - 1, WAV.length],
  ['bytes=0-1,5-6', 200, 0, WAV.length],
  ['bytes=9-3', 200, 0, WAV.length],
] as const) {
  test(`${range} is answered with ${status} and the bytes from ${start} to ${end}`, async context => {
    const address = await addressOf(context, 'tone.wav')

    const answer = await get(context.bridge.port, address, { range })

    assert.is(answer.status, status)
    assert.is(
      answer.headers['content-range'],
      status === 206 ? `bytes ${start}-${end - 1}/${WAV.length}` : undefined,
    )
    assert.is(answer.headers['content-length'], String(end - start))
    assert.equal(answer.body, Buffer.from(WAV.subarray(start, end)))
  })
}

for (const range of [`bytes=${WAV.length}-`, 'bytes=-0']) {
  test(`${range} holds nothing and is answered with 416`, async context => {
    const { status, headers, body } = await get(context.bridge.port, await addressOf(context, 'tone.wav'), {
      range,
    })

    assert.is(status, 416)
    assert.is(headers['content-range'], `bytes */${WAV.length}`)
    assert.is(body.length, 0)
  })
}

test('a part of an older state is never given: If-Range gets the whole', async context => {
  const headers = { range: 'bytes=5-9', 'if-range': '"x"' }

  assert.is((await get(context.bridge.port, await addressOf(context, 'tone.wav'), headers)).status, 200)
})

test('HEAD tells of the file, whole or in part, and gives none of it', async context => {
  const address = await addressOf(context, 'tone.wav')

  const whole = await get(context.bridge.port, address, {}, 'HEAD')
  const part = await get(context.bridge.port, address, { range: 'bytes=0-9' }, 'HEAD')

  assert.equal([whole.status, whole.headers['content-length']], [200, String(WAV.length)])
  assert.equal([part.status, part.headers['content-length']], [206, '10'])
  assert.equal([whole.body.length, part.body.length], [0, 0])
})

test('an empty file is given as such', async context => {
  const { status, headers } = await get(context.bridge.port, await addressOf(context, 'empty.wav'))

  assert.equal([status, headers['content-length']], [200, '0'])
})

for (const [name, type, disposition] of [
  ['tone.wav', 'audio/wav', 'inline'],
  ['dot.PNG', 'image/png', 'inline'],
  ['page.html', 'application/octet-stream', "attachment; filename*=UTF-8''page.html"],
  ['picture.svg', 'application/octet-stream', "attachment; filename*=UTF-8''picture.svg"],
  ['feed.xml', 'application/octet-stream', "attachment; filename*=UTF-8''feed.xml"],
  [
    "o'ne (ü)\r\n.exe",
    'application/octet-stream',
    "attachment; filename*=UTF-8''o%27ne%20%28%C3%BC%29%0D%0A.exe",
  ],
] as const) {
  test(`security: DNS rebinding and cross-site sockets: ${JSON.stringify(name)} comes as ${type}`, async context => {
    const { headers } = await get(context.bridge.port, await addressOf(context, name))

    assert.is(headers['content-type'], type)
    assert.is(headers['content-disposition'], disposition)
    assert.is(headers['x-content-type-options'], 'nosniff')
    assert.is(headers['cross-origin-resource-policy'], 'same-origin')
    assert.is(headers['content-security-policy'], "sandbox; default-src 'none'")
    assert.is(headers['set-cookie'], undefined)
    assert.is(headers['access-control-allow-origin'], undefined)
  })
}

const foreign: readonly (readonly [string, Record<string, string>, string?])[] = [
  ['a rebinding Host', { host: 'evil.example:80' }],
  ['a Host that is not the printed one', { host: 'localhost' }],
  ['a foreign Origin', { origin: 'https://evil.example' }],
  ['a null Origin', { origin: 'null' }],
  ['a cross-site page', { 'sec-fetch-site': 'cross-site' }],
  ['a page of another port', { 'sec-fetch-site': 'same-site' }],
  ['a POST', {}, 'POST'],
  ['an OPTIONS', {}, 'OPTIONS'],
]
for (const [what, headers, method] of foreign) {
  test(`security: DNS rebinding and cross-site sockets: media asked for by ${what} is refused`, async context => {
    const { status, body } = await get(
      context.bridge.port,
      await addressOf(context, 'tone.wav'),
      headers,
      method,
    )

    assert.is(status, 403)
    assert.is(body.length, 0)
  })
}

for (const path of [
  '/media/',
  '/media',
  '/media/AAAAAAAAAAAAAAAAAAAAAA',
  '/media/../package.json',
  '/media/%2e%2e/%2e%2e/etc/passwd',
  '/media//etc/passwd',
  `/media/${'A'.repeat(4000)}`,
]) {
  test(`security: a page that reads the disk: ${path.slice(0, 40)} is not found`, async ({ bridge }) => {
    const { status, body } = await get(bridge.port, path)

    assert.equal([status, body.length], [404, 0])
  })
}

test('security: a page that reads the disk: an address is for its one entry, by no other spelling', async context => {
  const address = await addressOf(context, 'tone.wav')

  for (const path of [`${address}/`, `${address}?x`, `${address}/../1`, address.slice(0, -1), `/x${address}`])
    assert.is((await get(context.bridge.port, path)).status, 404, path)
})

test('security: a page that reads the disk: other transfers and entries get no address', async context => {
  const [transfer] = await context.peer.transfers.list()
  for (const [id, entry] of [
    ['no such transfer', 0],
    ['', 0],
    ['../../etc/passwd', 0],
    [transfer?.id ?? '', 1],
    [transfer?.id ?? '', -1],
    [transfer?.id ?? '', 0.5],
  ] as const) {
    try {
      await context.page.mediaUrl(id, entry)
      assert.unreachable(`${id} ${entry}`)
    } catch (error) {
      assert.is(Object(error).code, 'NOT_FOUND')
    }
  }
})

test('security: a page that reads the disk: what was taken off the list is not served any more', async () => {
  const peer = createFakePeer({ transfers: 0, media: FILES.slice(0, 1) })
  const desktop = await startMediaServer({ peer })
  const [transfer] = await peer.transfers.list()
  const { port, pathname } = new URL(await desktop.mediaUrl(transfer?.id ?? '', 0))
  assert.is((await get(Number(port), pathname)).status, 200)

  await peer.transfers.remove(transfer?.id ?? '')

  assert.is((await get(Number(port), pathname)).status, 404)
  await desktop.close()
})

test('bytes that are not here yet are waited for, and a page that leaves ends the reading', async () => {
  const fake = createFakePeer({ transfers: 0, media: FILES.slice(0, 1) })
  const ended: string[] = []
  let reading = 0
  const peer = {
    ...fake,
    transfers: {
      ...fake.transfers,
      read: () => {
        reading++
        return new Promise<Uint8Array>(() => {})
      },
      endRead: async (reader: string) => void ended.push(reader),
    },
  }
  const desktop = await startMediaServer({ peer })
  const [transfer] = await fake.transfers.list()
  const leaving = new AbortController()
  const answer = await fetch(await desktop.mediaUrl(transfer?.id ?? '', 0), { signal: leaving.signal })
  assert.is(answer.status, 200)
  await until('the read', () => reading === 1)

  leaving.abort()

  await until('the reader to end', () => ended.length === 1)
  await desktop.close()
})

test('what fails on the way breaks the answer off, so that it is not taken for whole', async () => {
  const fake = createFakePeer({ transfers: 0, media: FILES.slice(0, 1) })
  const read = async (): Promise<Uint8Array> => {
    throw new Error('the transfer failed')
  }
  const desktop = await startMediaServer({ peer: { ...fake, transfers: { ...fake.transfers, read } } })
  const [transfer] = await fake.transfers.list()
  const { port, pathname } = new URL(await desktop.mediaUrl(transfer?.id ?? '', 0))

  assert.is(
    await get(Number(port), pathname).then(
      () => 'whole',
      () => 'broken off',
    ),
    'broken off',
  )
  await desktop.close()
})

test('security: DNS rebinding and cross-site sockets: the desktop serves its own window, by exact Host only', async ({
  peer,
  desktop,
}) => {
  const [transfer] = await peer.transfers.list()
  const address = new URL(await desktop.mediaUrl(transfer?.id ?? '', 0))
  const port = Number(address.port)

  const shown = await get(port, address.pathname, { 'sec-fetch-site': 'cross-site' })
  assert.equal([shown.status, shown.headers['cross-origin-resource-policy']], [200, 'cross-origin'])
  assert.is((await get(port, address.pathname, { host: 'evil.example' })).status, 403)
  assert.is((await get(port, address.pathname, {}, 'POST')).status, 403)
  assert.is((await get(port, '/')).status, 403)
  assert.is((await get(port, '/media/AAAAAAAAAAAAAAAAAAAAAA')).status, 404)
})

test.run()
