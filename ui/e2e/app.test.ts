import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Peer } from '../../core/index.js'
import { describeTree, type Lan, sha256, startLan, until, writeSample } from '../../core/testing/index.js'
import { sampleWav } from '../app/testing/index.js'
import { startBridge } from '../web/index.js'
import { findChromium, launchChromium } from './chromium.js'

// The app in a real browser on real peers and a real registry: Ben's app, and Anna who shares.

const WAIT_MS = 30_000
const FILM = 'Sintel.2010.mkv'
const FILM_BYTES = 9_000_001
/** Of 8,000 bytes a second: 19 MB, more than a player loads ahead. */
const CONCERT_S = 2400

const chromium = findChromium()
const test = suite<{ browser: Browser }>('app on real peers')
test.before(async context => {
  if (chromium) context.browser = await launchChromium(chromium)
})
test.after(context => context.browser?.close())

/** A test that is skipped, and says so, where there is no Chromium. */
function scene(name: string, act: (lan: Lan, browser: Browser) => Promise<void>): void {
  if (!chromium) {
    test.skip(`${name} (no Chromium here; TSPEER_CHROMIUM can name one)`)
    return
  }
  test(name, async ({ browser }) => {
    const lan = await startLan()
    try {
      await act(lan, browser)
    } finally {
      await lan.close()
    }
  })
}

async function withApp(browser: Browser, peer: Peer, act: (page: Page) => Promise<void>): Promise<void> {
  const bridge = await startBridge({ peer })
  const context = await browser.newContext({ locale: 'en-GB' })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(WAIT_MS)
    await page.goto(bridge.url)
    await act(page)
  } finally {
    await context.close()
    await bridge.close()
  }
}

scene('what is searched and downloaded in the app arrives byte for byte', async (lan, browser) => {
  const anna = await lan.peer('anna')
  const share = (await anna.status()).folders.share
  await writeSample(join(share, FILM), FILM_BYTES)
  await writeSample(join(share, 'Lectures/01 clocks.pdf'), 70_000)
  await writeSample(join(share, 'Lectures/more/02 consensus.pdf'), 5000)
  await anna.share.rescan()
  const ben = await lan.peer('ben')
  await lan.hashed(ben, anna, 3)
  const downloads = (await ben.status()).folders.downloads

  await withApp(browser, ben, async page => {
    // By keys alone: search, download the best.
    await page.getByRole('row', { name: /anna.*Online/ }).waitFor()
    await page.keyboard.press('Control+2')
    await page.keyboard.type('sintel')
    await page.getByRole('row', { name: /Sintel/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+4')
    await page.getByRole('row', { name: /Sintel.*100%.*Done/ }).waitFor()
    assert.is(await sha256(join(downloads, FILM)), await sha256(join(share, FILM)))

    // A whole folder, by browsing.
    await page.goto(`${new URL(page.url()).origin}/#/browse/anna`)
    const folder = page.getByRole('row', { name: /Lectures/ })
    await folder.getByRole('button', { name: 'Download' }).click()
    await page.getByRole('link', { name: /^Transfers/ }).click()
    await page.getByRole('row', { name: /Lectures.*Done/ }).waitFor()
    assert.equal(await describeTree(join(downloads, 'Lectures')), await describeTree(join(share, 'Lectures')))
  })
})

scene('a sound plays and seeks while it is still downloading', async (lan, browser) => {
  const anna = await lan.peer('anna')
  const share = (await anna.status()).folders.share
  await writeFile(join(share, 'concert.wav'), sampleWav(CONCERT_S))
  await anna.share.rescan()
  await anna.settings.set('uploadLimit', 256 * 1024)
  const ben = await lan.peer('ben')
  await lan.hashed(ben, anna, 1)
  const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['concert.wav'] })

  await withApp(browser, ben, async page => {
    const parts: { readonly status: number; readonly first: number }[] = []
    page.on('response', response => {
      const [, first] = /^bytes (\d+)-/.exec(response.headers()['content-range'] ?? '') ?? []
      if (first !== undefined) parts.push({ status: response.status(), first: Number(first) })
    })
    await page.goto(`${new URL(page.url()).origin}/#/transfers`)
    await page
      .getByRole('row', { name: /concert/ })
      .getByRole('button', { name: 'Play' })
      .click()
    const player = page.getByRole('dialog').locator('audio')
    await until('its length', () => player.evaluate(element => Math.round(Object(element).duration) === 2400))

    await player.evaluate((element, second) => {
      Object(element).currentTime = second
    }, CONCERT_S - 100)

    await until('the end to play', () =>
      player.evaluate((element, second) => {
        const { currentTime, readyState, seeking } = Object(element)
        return !seeking && readyState >= 2 && currentTime >= second
      }, CONCERT_S - 100),
    )
    const now = (await ben.transfers.list()).find(({ id }) => id === transfer?.id)
    assert.is(now?.state, 'downloading')
    assert.ok(parts.some(({ status, first }) => status === 206 && first === 0))
    assert.ok(parts.some(({ status, first }) => status === 206 && first > (now?.total ?? 0) / 2))
  })
})

scene('a folder that is followed in the app comes, and what is added to it later', async (lan, browser) => {
  const anna = await lan.peer('anna')
  const share = (await anna.status()).folders.share
  await writeSample(join(share, 'Lectures/01 clocks.pdf'), 70_000)
  await anna.share.rescan()
  const ben = await lan.peer('ben')
  await lan.hashed(ben, anna, 1)
  const downloads = (await ben.status()).folders.downloads
  const isThere = async () => {
    const [here, there] = await Promise.all(
      [downloads, share].map(top => describeTree(join(top, 'Lectures'))),
    )
    return JSON.stringify(here) === JSON.stringify(there)
  }

  await withApp(browser, ben, async page => {
    await page.getByRole('row', { name: /anna.*Online/ }).waitFor()
    await page.goto(`${new URL(page.url()).origin}/#/browse/anna/Lectures`)
    await page.getByRole('button', { name: 'Follow this folder' }).click()
    await page.goto(`${new URL(page.url()).origin}/#/transfers/followed`)
    await page.getByRole('row', { name: /Lectures anna .*Looked for changes/ }).waitFor()
    assert.ok(await isThere())

    await writeSample(join(share, 'Lectures/02 consensus.pdf'), 5000)
    await anna.share.rescan()
    await until('what was added', isThere)
    await page.getByRole('button', { name: 'Stop following' }).click()
    await page.getByText('No folder is followed').waitFor()
    assert.equal(await ben.subscriptions.list(), [])
  })
})

scene('two people write to each other, and one is seen to leave', async (lan, browser) => {
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')

  await withApp(browser, ben, async page => {
    await page
      .getByRole('row', { name: /anna.*Online/ })
      .getByRole('button', { name: 'Message' })
      .click()
    await page.getByRole('textbox', { name: 'Message to anna' }).fill('Hi, Anna')
    await page.keyboard.press('Enter')
    const log = page.getByRole('log')
    await log.getByText('stored').waitFor()
    await anna.chat.send(ben.id, 'Hi, Ben')
    await log.getByText('Hi, Ben').waitFor()
    assert.equal(
      (await anna.chat.history({ thread: ben.id })).map(message => message.text),
      ['Hi, Anna', 'Hi, Ben'],
    )

    await anna.close()
    await page.getByText('anna is offline').waitFor()
  })
})

scene('what is shared in the app is there for others, and is taken back', async (lan, browser) => {
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  const films = lan.folder.at('Films')
  await writeSample(join(films, FILM), 20_000)

  await withApp(browser, ben, async page => {
    await page.getByRole('button', { name: 'Share a folder' }).click()
    await page.getByRole('textbox').fill(films)
    await page.keyboard.press('Enter')
    await page.getByText('Everything is ready').waitFor()
    await lan.hashed(anna, ben, 1)
    const page1 = await anna.files.browse({ owner: ben.id, path: 'Films' })
    assert.is(page1.entries[0]?.name, FILM)

    await page.getByRole('row', { name: /Films/ }).getByRole('button', { name: 'Stop sharing' }).click()
    await lan.hashed(anna, ben, 0)
    assert.is((await readFile(join(films, FILM))).length, 20_000)
  })
})

test.run()
