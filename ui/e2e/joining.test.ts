import { writeFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPeer, type Peer } from '../../core/index.js'
import { makeTestFolder, type TestFolder } from '../../core/testing/index.js'
import { Programs } from '../../server/testing/program.js'
import { startBridge } from '../web/index.js'
import { findChromium, launchChromium } from './chromium.js'

const chromium = findChromium()
const test = suite<{ browser: Browser; folder: TestFolder; programs: Programs }>(
  'joining a registry in the app',
)
test.before(async context => {
  if (chromium) context.browser = await launchChromium(chromium)
})
test.after(context => context.browser?.close())
test.before.each(async context => {
  context.folder = await makeTestFolder('joining')
  context.programs = new Programs()
})
test.after.each(async ({ folder, programs }) => {
  programs.close()
  await folder.remove()
})

const startPeer = (home: string): Promise<Peer> =>
  createPeer({ home, name: 'Anna', host: '127.0.0.1', port: 0, registry: null })

if (!chromium) test.skip('the app asks for a join secret (no Chromium here; TSPEER_CHROMIUM can name one)')
else
  test('the app asks for a join secret, shows the welcome, and tells one who is banned why', async ({
    browser,
    folder,
    programs,
  }) => {
    writeFileSync(folder.at('secret'), 'open sesame')
    const home = folder.at('registry')
    const welcome = 'Be kind.\n<b>Rule two</b>\u202e'
    const { port } = await programs.registry(
      home,
      '--join-secret-file',
      folder.at('secret'),
      '--welcome',
      welcome,
    )
    const peer = await startPeer(folder.at('anna'))
    const bridge = await startBridge({ peer })
    const context = await browser.newContext({ locale: 'en-GB' })
    try {
      const page = await context.newPage()
      await page.goto(bridge.url)
      await page.getByLabel('Registry address').fill(`127.0.0.1:${port}`)
      await page.getByRole('button', { name: 'Join' }).click()
      await page.getByLabel('Join secret').fill('open sesame')
      await page.getByRole('button', { name: 'Join' }).click()
      await page.getByText('Connected to').first().waitFor()
      await page.evaluate("location.hash = '#/settings'")
      await page.getByText('Be kind.').waitFor()

      assert.match((await page.textContent('.welcome')) ?? '', '<b>Rule two</b>\\u{202e}')
      assert.is(await page.getByLabel('Join secret').count(), 0)
      const { code } = await programs.admin(home, ['ban', 'Anna', '--reason', 'Spam.'])
      assert.is(code, 0)
      await page.getByText('The reason given: Spam.').first().waitFor()
    } finally {
      await context.close()
      await bridge.close()
      await peer.close()
    }
  })

test.run()
