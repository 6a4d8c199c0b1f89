import type { Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import { samplePerson } from '../app/testing/index.js'
import { fakeScenes, go } from './fake-scenes.js'

const { scene, run } = fakeScenes('the app: rules of downloads, followed folders, rules of people')

scene(
  'what happens where a name is taken is chosen by keys, and saved at once',
  {},
  async ({ page, peer }) => {
    await go(page, 'settings')
    const choice = page.getByLabel('Where a name is taken')
    const before = await choice.inputValue()

    await choice.focus()
    await page.keyboard.type('Skip')
    await page.getByText('Saved').waitFor()

    assert.is(before, 'keep-both')
    assert.is((await peer.settings.all()).onConflict, 'skip')
  },
)

scene(
  'a folder is followed beside its download, listed with where it goes, and stopped with undo',
  { transfers: 0 },
  async ({ page, peer }) => {
    await go(page, 'transfers')
    await page.getByText('Nothing here yet').waitFor()
    assert.is(await page.getByRole('link', { name: /Followed folders/ }).count(), 0)
    await go(page, 'browse/anna')
    const row = page.getByRole('row', { name: /^Films/ })

    await row.getByRole('button', { name: /^Follow/ }).click()
    await page.getByText(/^Following Films/).waitFor()
    await row.getByText('followed').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/#\/transfers\/followed$/)
    await page.getByRole('row', { name: /Films anna .*downloads\/Films not yet .*Downloading/ }).waitFor()
    peer.advance(1)
    await page.getByRole('row', { name: /Films anna .*downloads\/Films [\d:]+ Looked for changes/ }).waitFor()

    await page.getByRole('button', { name: 'Stop following' }).click()
    await page.getByText('No folder is followed').waitFor()
    assert.equal(await peer.subscriptions.list(), [])
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('row', { name: /Films anna/ }).waitFor()

    const [followed] = await peer.subscriptions.list()
    assert.is(followed?.target, '/home/me/.tsPeer/downloads')
  },
)

scene(
  'by keys alone: the open folder is followed, found among the transfers, and Delete stops it',
  { transfers: 1 },
  async ({ page, peer }) => {
    await go(page, 'browse/anna/Films')
    await page.getByRole('button', { name: 'Follow this folder' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Stop following' }).waitFor()
    await page.keyboard.press('Control+4')
    await page.getByRole('link', { name: 'Followed folders 1' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Details' }).getByText('from anna').waitFor()

    await page.getByRole('grid').focus()
    await page.keyboard.press('Delete')
    await page.getByText('Films is not followed any more').waitFor()

    assert.equal(await peer.subscriptions.list(), [])
  },
)

scene('a folder of someone who is away is followed, and comes when they are here', {}, async ({ page }) => {
  await go(page, 'browse/Chiara')
  const row = page.getByRole('row', { name: /^Films/ })

  await row.getByRole('button', { name: /^Follow/ }).click()

  await page.getByText('It comes when Chiara is here').waitFor()
  await go(page, 'transfers/followed')
  await page.getByRole('row', { name: /Films Chiara .* Waiting for Chiara to be here/ }).waitFor()
})

scene(
  'what followed folders tell later is shown: an update, a fault, an end',
  { followed: 1 },
  async scene => {
    const { page, peer } = scene
    await go(page, 'transfers/followed')
    const [followed] = await peer.subscriptions.list()
    assert.ok(followed)
    await page.getByRole('row', { name: /Looked for changes/ }).waitFor()

    const error = { code: 'NOT_FOUND', message: 'This folder is not there any more.' } as const
    peer.emit({ kind: 'subscription', subscription: { ...followed, error } })
    await page.getByRole('row', { name: /not there any more/ }).waitFor()
    await peer.subscriptions.remove(followed.id) // by another program

    await page.getByText('No folder is followed').waitFor()
  },
)

scene(
  'a rule for what someone sends is chosen by keys, and saved only on purpose',
  {},
  async ({ page, peer }) => {
    await openAnna(page)
    const rule = page.getByLabel('When files are offered')
    assert.is(await rule.inputValue(), 'ask')

    await rule.focus()
    await page.keyboard.type('Accept up')
    const size = page.getByLabel('Up to this size')
    await size.fill('much')
    await page.locator('[aria-invalid=true]').waitFor()
    await size.press('Escape') // takes it all back
    assert.is(await rule.inputValue(), 'ask')
    assert.equal(await peer.offers.rules(), [])

    await rule.selectOption('up-to')
    await size.fill('2 GB')
    await size.press('Enter')
    await page.getByText('Saved').waitFor()

    const [set] = await peer.offers.rules()
    assert.is(set?.person, samplePerson(0).id)
    assert.equal(set?.rule, { kind: 'up-to', bytes: 2_000_000_000 })
    assert.is(await size.inputValue(), '2GB')
    assert.ok(await rule.evaluate(element => element === Object(globalThis).document.activeElement))

    await page.reload()
    await page.getByLabel('Up to this size').waitFor()
    await rule.selectOption('never')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    assert.equal((await peer.offers.rules())[0]?.rule, { kind: 'never' })
  },
)

scene('limits for one person are shown as they are, and changed', {}, async ({ page, peer }) => {
  const anna = samplePerson(0).id
  await peer.people.setLimits(anna, { up: 5_000_000 })
  await openAnna(page)
  const up = page.getByLabel('To anna')
  const down = page.getByLabel('From anna')
  assert.is(await up.inputValue(), '5MB')
  assert.is(await down.inputValue(), 'none')

  await down.fill('1MB')
  await down.press('Enter')
  await page.getByText('Saved').waitFor()
  await up.fill('none')
  await up.press('Enter')
  await page.getByText('Saved').nth(1).waitFor()

  assert.equal((await peer.people.find('anna')).limits, { up: 0, down: 1_000_000 })
  await page.getByRole('link', { name: 'Everyone' }).click()
  await page.getByRole('row', { name: /anna.*Online/ }).waitFor()
})

scene('nothing of this makes the window complain, narrow too', { followed: 3 }, async scene => {
  const { page, complaints } = scene
  for (const width of [1180, 320]) {
    await page.setViewportSize({ width, height: 640 })
    for (const place of ['people/anna', 'people/nobody', 'browse/anna/Films', 'transfers/followed']) {
      await go(page, place)
      await page.getByRole('heading', { level: 1 }).waitFor()
    }
  }
  assert.equal(complaints, [])
  assert.equal(await page.evaluate(() => Object(globalThis).violations), [])
})

/** By keys: Ctrl+I on her row. */
async function openAnna(page: Page): Promise<void> {
  await page.getByRole('row', { name: /anna/ }).waitFor()
  await page.getByRole('grid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Control+i')
  const heading = page.getByRole('heading', { level: 1, name: 'anna' })
  await heading.waitFor()
  assert.ok(await heading.evaluate(element => element === Object(globalThis).document.activeElement))
}

run()
