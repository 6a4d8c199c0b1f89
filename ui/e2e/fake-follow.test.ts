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
