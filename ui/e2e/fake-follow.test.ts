import * as assert from 'uvu/assert'
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

run()
