import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../../core/browser.js'
import type { LinkState } from '../app/index.js'
import { createFakePeer } from '../app/testing/index.js'
import type { Hosted } from './hosted.js'
import { desktopManifest } from './manifest.js'
import { createNwPlatform } from './nw-platform.js'
import { startDesktop } from './start-desktop.js'
import { createFakeNw, createFakePage } from './testing/fake-nw.js'

const noMedia = async () => ''
const settle = () => new Promise(resolve => setImmediate(resolve))

function start(startHosted: () => Promise<Hosted>) {
  const fake = createFakeNw()
  const host = startDesktop({
    nw: fake.nw,
    document: createFakePage([]),
    loadNodeSide: () => ({ startHosted }),
  })
  const states: LinkState[] = []
  host.watchLink(state => states.push(state))
  return { ...fake, host, states }
}

function hosted() {
  const peer = createFakePeer()
  const ended = { times: 0 }
  const close = async () => {
    ended.times++
  }
  const mediaUrl = async (transfer: string, entry: number) => `http://127.0.0.1:1/${transfer}/${entry}`
  return { peer, ended, startHosted: async () => ({ peer, mediaUrl, close }) }
}

test('the app is there at once and its link opens when the peer is', async () => {
  const { host, states } = start(hosted().startHosted)
  assert.equal(states, [{ kind: 'connecting' }])

  await settle()

  assert.equal(states.at(-1), { kind: 'open' })
  assert.is((await host.peer.people.list()).length, 3)
})

test('an address for media is asked of the program beside the window', async () => {
  const { host } = start(hosted().startHosted)

  assert.is(await host.platform.mediaUrl?.('a', 2), 'http://127.0.0.1:1/a/2')
})

test('a peer that can’t start is told in its own words', async () => {
  const { states } = start(async () => {
    throw new PeerError('HOME_IN_USE', 'tsPeer already runs on this folder.')
  })

  await settle()

  assert.equal(states.at(-1), {
    kind: 'failed',
    failure: { code: 'HOME_IN_USE', message: 'tsPeer already runs on this folder.', details: {} },
  })
})

test('closing the window hides it, ends the peer once, then lets it go', async () => {
  const { startHosted, ended } = hosted()
  const { pressClose, calls } = start(startHosted)
  await settle()

  pressClose()
  pressClose()
  await settle()

  assert.is(ended.times, 1)
  assert.equal(calls, ['Window.hide', 'Window.close true'])
})

test('a window whose peer never started closes too', async () => {
  const { pressClose, calls } = start(() => Promise.reject(new PeerError('PORT_BUSY', 'busy')))
  await settle()

  pressClose()
  await settle()

  assert.equal(calls, ['Window.hide', 'Window.close true'])
})

test('a second start brings the window to the front', () => {
  const { startAgain, calls } = start(hosted().startHosted)

  startAgain()

  assert.equal(calls, ['Window.restore', 'Window.show', 'Window.focus'])
})

for (const event of ['new-win-policy', 'navigation'] as const) {
  test(`security: names and chat as script: ${event} to the web goes to the browser`, () => {
    const { wants, calls } = start(hosted().startHosted)

    assert.ok(wants(event, 'https://example.org/a b'))

    assert.equal(calls, ['Shell.openExternal https://example.org/a%20b'])
  })

  for (const url of [
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'smb://host/x',
    'chrome://gpu',
    '',
  ]) {
    test(`security: names and chat as script: ${event} to "${url}" leads nowhere`, () => {
      const { wants, calls } = start(hosted().startHosted)

      assert.ok(wants(event, url))

      assert.equal(calls, [])
    })
  }
}

test('files are opened and shown, text copied, the title set, by NW.js', async () => {
  const { nw, calls } = createFakeNw()
  const platform = createNwPlatform(nw, createFakePage([]), noMedia)

  await platform.openFile?.('/d/a.mkv')
  await platform.revealFile?.('/d/a.mkv')
  await platform.copyText('abc')
  platform.setTitle('(2) Chat')

  assert.equal(calls, [
    'Shell.openItem /d/a.mkv',
    'Shell.showItemInFolder /d/a.mkv',
    'Clipboard.set abc text',
  ])
  assert.is(nw.Window.get().title, '(2) Chat')
})

test('a folder is chosen in the system’s dialog, or not', async () => {
  const page = createFakePage(['/home/me/Films'])

  assert.is(await createNwPlatform(createFakeNw().nw, page, noMedia).pickFolder?.(), '/home/me/Films')

  assert.equal(page.fields[0]?.attributes, ['nwdirectory'])
  assert.is(
    await createNwPlatform(createFakeNw().nw, createFakePage(undefined), noMedia).pickFolder?.(),
    undefined,
  )
})

test('several files are chosen at once', async () => {
  const page = createFakePage(['/a', '/b'])

  assert.equal(await createNwPlatform(createFakeNw().nw, page, noMedia).pickFiles?.(), ['/a', '/b'])

  assert.ok(page.fields[0]?.multiple)
})

test('the manifest opens one window of the app’s page', () => {
  const manifest = desktopManifest('1.2.3')

  assert.is(manifest.main, 'index.html')
  assert.is(manifest['single-instance'], true)
  assert.is(manifest.version, '1.2.3')
  assert.is(manifest.type, undefined) // its scripts are CommonJS
})

test('the fake NW.js throws on what NW.js doesn’t have', () => {
  const { nw } = createFakeNw()

  assert.throws(() => Object(nw.Shell).openUrl('x'), /has no openUrl/)
})

test.run()
