import type { Browser } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, until } from '../../core/testing/index.js'
import { dialRegistry, file } from '../../server/testing/lan.js'
import { Programs } from '../../server/testing/program.js'
import { findChromium, launchChromium } from './chromium.js'

const chromium = findChromium()
const test = suite<{ browser: Browser }>('the page of a registry in a browser')
test.before(async context => {
  if (chromium) context.browser = await launchChromium(chromium)
})
test.after(context => context.browser?.close())

const NAME = '<img src=x onerror=alert(1)>'

if (!chromium) test.skip('it shows figures (no Chromium here; TSPEER_CHROMIUM can name one)')
else
  test('it shows figures, refreshes them, says when the registry is gone, and runs nothing of others', async ({
    browser,
  }) => {
    const folder = await makeTestFolder('registry')
    const programs = new Programs()
    const context = await browser.newContext({ locale: 'en-GB', colorScheme: 'dark' })
    try {
      const { port, admin, child, exited } = await programs.registry(folder.at('home'), '--name', NAME)
      const page = await context.newPage()
      const asked: string[] = []
      const complaints: string[] = []
      page.on('request', request => asked.push(request.url()))
      page.on('console', message => complaints.push(message.text()))
      page.on('dialog', dialog => complaints.push(dialog.message()))
      const value = (id: string) => page.textContent(`#${id} .value`)
      await page.goto(admin)
      await until('the figures', async () => (await value('people')) === '0 online')
      const ann = await dialRegistry(port)
      await ann.register('Ann')
      await ann.publish([file('film', { size: 5_000_000_000 })])

      await until('newer figures', async () => (await value('people')) === '1 online')

      assert.equal([await value('files'), await value('bytes')], ['1', '5.0 GB'])
      assert.is(await page.textContent('h1'), NAME)
      assert.is(await page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(18, 21, 27)')
      assert.ok((await page.getAttribute('#people polyline', 'points'))?.includes(' '))
      assert.equal(complaints, [])
      assert.ok(asked.every(url => url.startsWith(admin) || url.startsWith('data:')))
      await ann.connection.close()
      child.kill('SIGTERM')
      await exited
      await until('the loss', async () => (await page.textContent('#state'))?.includes('answer'))
    } finally {
      programs.close()
      await context.close()
      await folder.remove()
    }
  })

test.run()
