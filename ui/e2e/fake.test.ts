import type { Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import { until } from '../../core/testing/index.js'
import { samplePerson, samplePng, sampleWav } from '../app/testing/index.js'
import { fakeScenes, go } from './fake-scenes.js'
import type { PageWorld } from './page-world.js'

const HOSTILE = '<img src=x onerror=hits++><script>hits++</script>javascript:hits++ \u202Egpj.exe'
const PANES = [
  'people',
  'search',
  'search/film',
  'browse',
  'transfers',
  'transfers/followed',
  'chat',
  'share',
  'settings',
  'more',
]

const { scene, run } = fakeScenes('app in a browser')
const heading = (page: Page, text: string) => page.getByRole('heading', { level: 1, name: text })

scene('search and download by keys alone', { people: 5, files: 40, transfers: 0 }, async ({ page, peer }) => {
  await page.keyboard.press('Control+2')
  await page.keyboard.type('lecture', { delay: 20 })
  await page
    .getByRole('row', { name: /Lecture 07/ })
    .first()
    .waitFor()

  await page.keyboard.press('ArrowDown') // into the list
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await page.getByText('Downloading Lecture 07').waitFor()
  await page.keyboard.press('Control+4')
  await page.getByRole('progressbar', { name: 'Lecture 07 - Distributed Systems.pdf' }).waitFor()
  peer.advance(1)

  await page.getByRole('row', { name: /Lecture 07.*Done/ }).waitFor()
})

scene(
  'an offer is told, its buttons wait against a stray click, and Accept starts the download',
  { people: 3, transfers: 0 },
  async ({ page, peer }) => {
    peer.offer(samplePerson(0))
    const notice = page.getByRole('region', { name: 'Notices' })
    await notice.getByText(/wants to send Holiday: 3 files/).waitFor()
    await notice.getByRole('button', { name: 'Look' }).click()
    const card = page.getByRole('region', { name: /wants to send Holiday/ })
    await card.getByText('beach.jpg').waitFor()
    const accept = card.getByRole('button', { name: 'Accept' })
    await card.getByRole('button', { name: 'Accept', disabled: false }).waitFor()

    await accept.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('progressbar', { name: 'Holiday' }).waitFor()

    assert.equal(
      peer.calls.filter(call => call.startsWith('offers.')),
      ['offers.accept'],
    )
    assert.is(await card.count(), 0)

    await page.keyboard.press('Control+1')
    await page.getByRole('grid').press('Home')
    await page.getByRole('button', { name: 'Send files…' }).first().press('Enter')
    await page.getByRole('textbox').fill('/home/me/Films')
    await page.keyboard.press('Enter')
    await page.getByText(/^Offered to /).waitFor()

    await page.keyboard.press('Control+4')
    await page.getByRole('row', { name: /Films.*Waiting for consent/ }).waitFor()
  },
)

scene(
  'Enter in the search field downloads the best result',
  { files: 3, transfers: 0 },
  async ({ page, peer }) => {
    await page.keyboard.press('Control+2')
    await page.keyboard.type('sintel')
    await page.getByRole('row', { name: /Sintel/ }).waitFor()

    await page.keyboard.press('Enter')

    await page.getByText('Downloading Sintel').waitFor()
    assert.is(peer.calls.filter(call => call === 'transfers.download').length, 1)
  },
)

scene(
  'on a slow computer no key is lost to what was drawn before it',
  { files: 3, transfers: 0 },
  async ({ page, peer }) => {
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 8 })

    for (let round = 1; round <= 4; round++) {
      await page.keyboard.press('Control+2')
      await page.getByRole('searchbox').fill('')
      await page.keyboard.type('sintel')
      await page.getByRole('row', { name: /Sintel/ }).waitFor()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Control+1')

      const downloads = () => peer.calls.filter(call => call === 'transfers.download').length
      await until(`download ${round}`, () => downloads() === round)
    }
  },
)

scene('security: the token leaves the address, and a reload still works', {}, async ({ page, bridge }) => {
  const token = bridge.url.split('=')[1] ?? '?'
  assert.not.ok(page.url().includes(token))

  await page.reload()

  await page.getByRole('row', { name: /anna/ }).waitFor()
  await page.goBack()
  assert.not.ok(page.url().includes(token))
})

scene(
  'security: secrets in the open: a ticket opens the app once, and the tab then reloads by its token',
  {},
  async ({ page, bridge }) => {
    const ticket = bridge.ticketUrl()

    const first = await page.context().newPage()
    await first.goto(ticket)
    await first.getByRole('row', { name: /anna/ }).waitFor()
    await first.reload()
    await first.getByRole('row', { name: /anna/ }).waitFor()

    const second = await page.context().newPage()
    await second.goto(ticket)
    await second.getByText('needs the address that tsPeer printed').waitFor()
  },
)

scene(
  'security: names and chat as script: nothing of them runs in any pane',
  {
    people: 3,
    files: 20,
    transfers: 12,
    followed: 3,
    saved: [{ name: 'films', query: { query: 'film' }, fresh: 2 }],
    hostile: HOSTILE,
    imports: [
      {
        name: HOSTILE,
        original: HOSTILE,
        type: 'folder',
        visibility: 'everyone',
        files: 1,
        bytes: 1,
        mtime: 1,
      },
    ],
    progress: { scanning: false, files: 1, bytes: 1, hashedFiles: 1, hashedBytes: 1, rate: 0, paused: false },
  },
  async ({ page, peer, complaints, bridge }) => {
    const foreign: string[] = []
    page.on('request', request => {
      if (!request.url().startsWith(`http://127.0.0.1:${bridge.port}/`)) foreign.push(request.url())
    })
    const anna = samplePerson(0).id
    for (const pane of [...PANES, `people/${anna}`, `browse/${anna}`, `chat/${anna}`]) {
      await go(page, pane)
      await heading(page, '').first().waitFor()
      await page.waitForFunction(() => Object(globalThis).document.querySelector('.loading') === null)
    }
    peer.receive(samplePerson(0), `${HOSTILE} https://example.org/<b>`)
    await page.getByRole('link', { name: 'https://example.org/', exact: true }).waitFor()

    const seen = await page.evaluate(() => {
      const world: PageWorld = Object(globalThis)
      const count = (selector: string) => world.document.querySelectorAll(selector).length
      return {
        hits: world.hits,
        violations: world.violations,
        images: count('img, #app script, iframe, object'),
        links: count('a[href^="javascript:"], a[href^="data:"]'),
      }
    })
    assert.equal(seen, { hits: 0, violations: [], images: 0, links: 0 })
    assert.equal(complaints, [])
    assert.equal(foreign, [])
    await page.getByText('\\u{202e}gpj.exe').first().waitFor() // what turns the text is shown
  },
)

scene(
  'every pane works under the strict policy, empty too',
  { people: 0, files: 0, transfers: 0, registry: { state: 'none' } },
  async ({ page, complaints }) => {
    for (const pane of PANES) {
      await go(page, pane)
      await heading(page, '').first().waitFor()
    }

    assert.equal(complaints, [])
    assert.equal(await page.evaluate(() => Object(globalThis).violations), [])
  },
)

scene(
  'a first start without a registry leads to one',
  { people: 0, registry: { state: 'none' } },
  async ({ page }) => {
    await page.getByText('No one here yet').waitFor()

    await page.getByLabel('Registry address').fill('10.0.0.5:7470')
    await page.getByRole('button', { name: 'Join' }).click()

    await page.getByText('Connected to office').waitFor()
    await page.getByText('10.0.0.5:7470').first().waitFor()
  },
)

scene(
  'a folder of 100,000 rows has few in the page, and its last is one key away',
  { files: 100_000 },
  async ({ page }) => {
    await go(page, 'browse/anna/Films')
    const grid = page.getByRole('grid')
    await grid.getByRole('row', { name: /Lectures/ }).waitFor()
    await grid.focus()

    await page.keyboard.press('End')

    await grid.getByRole('row', { name: /group-picture \(6666\)/ }).waitFor()
    assert.is(await grid.getAttribute('aria-rowcount'), '100001')
    assert.ok((await grid.getByRole('row').count()) < 60)
    await page.keyboard.press('Home')
    await grid.getByRole('row', { name: /Lectures/ }).waitFor()
  },
)

scene(
  'several rows are chosen and downloaded, and Backspace goes up',
  { files: 12, transfers: 0 },
  async ({ page, peer }) => {
    await go(page, 'browse/anna/Films')
    const grid = page.getByRole('grid')
    await grid.getByRole('row', { name: /README/ }).waitFor()
    await grid.focus()

    await page.keyboard.press('End')
    await page.keyboard.press('Shift+ArrowUp')
    await page.getByText('2 selected').waitFor()
    await page.getByRole('button', { name: 'Download', exact: true }).and(page.locator('.primary')).click()
    await page.getByRole('link', { name: /Transfers 2/ }).waitFor()

    assert.is(peer.calls.filter(call => call === 'transfers.download').length, 1)
    await grid.focus()
    await page.keyboard.press('Backspace')
    await page.waitForURL(/#\/browse\/anna$/)
  },
)

scene(
  'a transfer is paused, resumed, cancelled and taken off the list',
  { transfers: 1 },
  async ({ page }) => {
    await go(page, 'transfers')
    const row = page.getByRole('row', { name: /Sintel/ })

    await row.getByRole('button', { name: 'Pause' }).click()
    await row.getByText('Paused by you').waitFor()
    await row.getByRole('button', { name: 'Resume' }).click()
    await row.getByText('Downloading').waitFor()
    await row.getByRole('button', { name: 'Cancel' }).click()
    await row.getByText('Cancelled').waitFor()
    await row.getByRole('button', { name: 'Remove' }).click()

    await page.getByText('Nothing here yet').waitFor()
  },
)

scene(
  'a picture and a sound are shown while they download, by keys, and Escape closes them; a page is not offered',
  {
    transfers: 0,
    media: [
      { name: 'dot.png', bytes: samplePng() },
      { name: 'tone.wav', bytes: sampleWav(20) },
      { name: 'page.html', bytes: sampleWav(1) },
      { name: 'broken.png', bytes: sampleWav(1) },
    ],
  },
  async ({ page, complaints, bridge }) => {
    await go(page, 'transfers')
    const row = (name: RegExp) => page.getByRole('row', { name })
    const dialog = page.getByRole('dialog')

    const look = row(/dot\.png.*Downloading/).getByRole('button', { name: 'Preview' })
    await look.focus()
    await page.keyboard.press('Enter')
    const picture = dialog.getByRole('img', { name: 'dot.png' })
    await until('the picture', () => picture.evaluate(element => Object(element).naturalWidth === 1))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    assert.ok(await look.evaluate(element => element === Object(globalThis).document.activeElement))

    await row(/tone\.wav/)
      .getByRole('button', { name: 'Play' })
      .click()
    const player = dialog.locator('audio')
    await until('its length', () => player.evaluate(element => Math.round(Object(element).duration) === 20))
    assert.match((await player.getAttribute('src')) ?? '', /^\/media\/[\w-]{22}$/)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'detached' })

    assert.is(
      await row(/page\.html/)
        .getByRole('button', { name: /Play|Preview/ })
        .count(),
      0,
    )
    assert.equal(complaints, [])
    assert.equal(await page.evaluate(() => Object(globalThis).violations), [])
    assert.ok(page.url().startsWith(`http://127.0.0.1:${bridge.port}/`))

    await row(/broken\.png/)
      .getByRole('button', { name: 'Preview' })
      .click()
    await dialog.getByText('can’t be shown here').waitFor()
  },
)

scene('a message is written over two lines, sent, and answered', {}, async ({ page, peer }) => {
  await go(page, 'chat/anna')
  const composer = page.getByRole('textbox', { name: 'Message to anna' })
  await composer.fill('one')
  await composer.press('Shift+Enter')
  await page.keyboard.type('two')
  await composer.press('Enter')

  const log = page.getByRole('log')
  await log.getByText(/one\s+two/).waitFor()
  await log.getByText('stored').waitFor()
  assert.is(await composer.inputValue(), '')

  peer.receive(samplePerson(0), 'three')
  await log.getByText('three').waitFor()
  await until('the messages to be read', () => peer.calls.includes('chat.markRead'))
})

scene('a file or folder is shared by its path; a bad path is told', {}, async ({ page }) => {
  await go(page, 'share')
  const field = page.getByRole('textbox')

  await field.fill('Films')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.getByText('Give the whole path').waitFor()
  await field.fill('/home/me/Films')
  await page.getByRole('button', { name: 'Share', exact: true }).click()

  await page.getByRole('row', { name: /Films.*\/home\/me\/Films/ }).waitFor()
})

scene('a name that can’t be is told at its field, a good one is saved', {}, async ({ page, peer }) => {
  await go(page, 'settings')
  const field = page.getByLabel('Your name')

  await field.fill('a/b')
  await page.getByText(/can't hold/).waitFor()
  await field.fill('Grace')
  await field.press('Enter')

  await page.getByText('Saved').waitFor()
  assert.is((await peer.settings.all()).name, 'Grace')
})

scene('a limit is written as a size; what is none is told at its field', {}, async ({ page, peer }) => {
  await go(page, 'settings')
  const field = page.getByLabel('Upload limit')

  await field.fill('fast')
  await page.locator('[aria-invalid=true]').waitFor()
  await field.fill('20 MB/s')
  await field.press('Enter')
  await page.getByText('Saved').waitFor()

  assert.is((await peer.settings.all()).uploadLimit, 20_000_000)
  assert.is(await field.inputValue(), '20MB')
})

scene('received programs may be run only after a box is ticked', {}, async ({ page, peer }) => {
  await go(page, 'settings')
  const box = page.getByLabel('Let received programs be run')
  const before = await box.isChecked()

  await box.check()
  await page.getByText('Saved').waitFor()

  assert.is(before, false)
  assert.is((await peer.settings.all()).keepExecutable, true)
})

scene(
  'a lost connection comes back, with what changed meanwhile',
  { transfers: 1 },
  async ({ page, peer }) => {
    await go(page, 'transfers')
    await page.getByRole('row', { name: /Sintel/ }).waitFor()

    await page.evaluate(() => {
      const { sockets }: PageWorld = Object(globalThis)
      sockets.at(-1)?.close()
    })
    peer.advance(1)

    await page.getByRole('row', { name: /Sintel.*Done/ }).waitFor()
    assert.ok((await page.evaluate(() => Object(globalThis).sockets.length)) >= 2)
  },
)

scene(
  'a narrow window has tabs at the bottom, and nothing sticks out',
  { people: 5, files: 30, transfers: 6, followed: 3 },
  async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 })
    for (const pane of [...PANES, 'browse/anna/Films', 'chat/anna', 'people/anna']) {
      await go(page, pane)
      await page.getByRole('link', { name: 'More' }).waitFor()
      const excess = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = Object(globalThis).document.documentElement
        return scrollWidth - clientWidth
      })
      assert.is(excess, 0, pane)
    }
  },
)

scene('a peer that ends is told', {}, async ({ page, peer }) => {
  await page.getByRole('row', { name: /anna/ }).waitFor()

  await peer.close()

  await page.getByText('Your peer has ended').waitFor()
})

run()
