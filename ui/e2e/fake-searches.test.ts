import * as assert from 'uvu/assert'
import { until } from '../../core/testing/index.js'
import { sampleId } from '../app/testing/index.js'
import { fakeScenes, go } from './fake-scenes.js'

const { scene, run } = fakeScenes('the app: saved searches')

const FILMS = { name: 'films', query: { query: 'film' } }
const LECTURES = {
  name: 'big lectures',
  query: { query: 'lecture', kind: 'document', minSize: 5_000_000, owner: sampleId(0) },
} as const

scene(
  'by keys alone: a search is saved under a name that is not taken, found again, and forgotten with undo',
  { files: 40, transfers: 0, saved: [FILMS] },
  async ({ page, peer }) => {
    await page.keyboard.press('Control+2')
    await page.keyboard.type('bach')
    await page.getByRole('row', { name: /Bach/ }).first().waitFor()

    await page.keyboard.press('Tab') // to Save
    await page.keyboard.press('Enter')
    const name = page.getByLabel('Name of this search')
    assert.is(await name.inputValue(), 'bach')
    await page.keyboard.press('Escape')
    await name.waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await name.waitFor()
    await page.keyboard.type('films') // over what was proposed
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('“films” already').waitFor()
    assert.is(await name.getAttribute('aria-invalid'), 'true')
    await name.fill('Cello')
    await page.keyboard.press('Enter')
    await page.getByText('Saved as Cello').waitFor()
    assert.equal((await peer.searches.list()).at(-1)?.query, { query: 'bach' })

    await page.getByRole('searchbox').press('Escape') // without words there is the list
    await page.getByRole('row', { name: /Cello bach/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /Bach/ }).first().waitFor()
    assert.is(await page.getByRole('searchbox').inputValue(), 'bach')
    assert.equal(
      peer.calls.filter(call => call === 'transfers.download'),
      [],
    )

    await page.getByRole('searchbox').press('Escape')
    await page.getByRole('row', { name: /Cello bach/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    await page.keyboard.press('Delete')
    await page.getByText('The search Cello is saved no more').waitFor()
    assert.equal(
      (await peer.searches.list()).map(search => search.name),
      ['films'],
    )
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('row', { name: /Cello bach/ }).waitFor()
  },
)

scene(
  'what a saved search finds is told, counted in the rail, and marked in its results until another is opened',
  { files: 400, transfers: 0, saved: [FILMS, { ...LECTURES, fresh: 1 }] },
  async ({ page, peer }) => {
    await page.getByRole('link', { name: 'Search 1' }).first().waitFor()
    peer.discover('films', 2)
    await page.getByRole('link', { name: 'Search 3' }).first().waitFor()

    const notice = page.getByRole('region', { name: 'Notices' })
    await notice.getByText('2 new results for films').waitFor()
    await notice.getByRole('button', { name: 'Show' }).click()
    await page.getByText('67 results, 2 new').waitFor()
    await page.getByRole('row', { name: /Sintel\.2010\.2160p\.mkv new/ }).waitFor()
    await page.getByRole('link', { name: 'Search 1' }).first().waitFor()
    assert.is((await peer.searches.list()).find(({ name }) => name === 'films')?.fresh.length, 0)

    await page.getByRole('button', { name: 'Only new: 2' }).click()
    await until(
      'only the new ones',
      async () => (await page.getByRole('grid').getByRole('row').count()) === 3,
    )
    await page.getByRole('button', { name: 'big lectures 1 new' }).click()
    await page.getByRole('row', { name: /Lecture 07.* new/ }).waitFor()
    await page.getByRole('link', { name: 'Search', exact: true }).first().waitFor()
    assert.is(await page.getByRole('row', { name: /Sintel/ }).count(), 0)
  },
)

scene(
  'a saved search keeps its filters, also in its address; without one of them it is another search',
  { files: 400, saved: [LECTURES] },
  async ({ page }) => {
    await go(page, 'search')
    await page.getByRole('button', { name: 'big lectures', exact: true }).click()
    const filter = page.getByRole('button', { name: 'Take away the filter: At least 5 MB' })
    await filter.waitFor()
    const grid = page.getByRole('grid', { name: 'Search' })
    await grid
      .getByRole('row', { name: /Lecture 07/ })
      .first()
      .waitFor()
    const narrow = Number(await grid.getAttribute('aria-rowcount'))

    await page.reload()
    await page.getByRole('button', { name: 'Forget the saved search big lectures' }).waitFor()
    await filter.click()
    await page.getByRole('button', { name: 'Save this search' }).waitFor()
    await until('more results', async () => Number(await grid.getAttribute('aria-rowcount')) > narrow)

    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.waitForURL(/#\/search\/lecture$/)
  },
)

scene(
  'none of it makes the window complain, narrow too',
  { files: 40, saved: [FILMS, LECTURES] },
  async scene => {
    const { page, peer, complaints } = scene
    for (const width of [1180, 320]) {
      await page.setViewportSize({ width, height: 640 })
      await go(page, 'search')
      await page.getByRole('row', { name: /films/ }).waitFor()
      await go(page, 'search/film')
      peer.discover('films')
      await page
        .getByText(/result for films/)
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Only new' }).click()
      const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = Object(globalThis).document.querySelector('main')
        return scrollWidth - clientWidth
      })
      assert.is(overflow, 0)
    }
    assert.equal(complaints, [])
    assert.equal(await page.evaluate(() => Object(globalThis).violations), [])
  },
)

run()
