import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, until } from '../../core/testing/index.js'
import type { NodeSide } from './hosted.js'

// The built desktop app, as NW.js has it: what the page gets by `require`.

const load = createRequire(import.meta.url)
const app = new URL('./app/', import.meta.url)
const built = (file: string) => load(fileURLToPath(new URL(file, app)))

test('the bundled peer starts, hashes a file in its workers, serves media to its window, and ends', async () => {
  const folder = await makeTestFolder('desktop')
  process.env.TSPEER_HOME = folder.at('home')
  const nodeSide: NodeSide = built('node-side.js')
  const { peer, mediaUrl, close } = await nodeSide.startHosted()
  try {
    const { folders } = await peer.status()
    await writeFile(`${folders.share}/a.txt`, 'hello')
    await peer.share.rescan()

    await until('the file to be hashed', async () => (await peer.status()).share.hashedFiles === 1)
    const refusal = await mediaUrl('no such transfer', 0).catch(error => error.code)
    assert.is(refusal, 'NOT_FOUND')
  } finally {
    await close()
    await folder.remove()
  }
})

test('its page may show media from loopback, and nothing else from elsewhere', async () => {
  const page = await readFile(new URL('index.html', app), 'utf8')

  assert.match(page, "media-src 'self' http://127.0.0.1:*;")
  assert.match(page, "img-src 'self' http://127.0.0.1:*;")
  assert.match(page, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';")
})

test('its manifest names the page, and its scripts are CommonJS', () => {
  const manifest = built('package.json')

  assert.is(manifest.main, 'index.html')
  assert.is(manifest.type, undefined)
  assert.is(manifest.version, built('../../../../package.json').version)
})

test.run()
