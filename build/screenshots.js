// Makes the pictures of the README from the app on sample data. Needs a build and a Chromium.
// usage: node build/screenshots.js
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFakePeer } from '../dist/ui/app/testing/index.js'
import { findChromium, launchChromium } from '../dist/ui/e2e/chromium.js'
import { startBridge } from '../dist/ui/web/index.js'

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'assets/screenshots')

const SCENES = [
  { name: 'search', colorScheme: 'light', route: '#/search/2025' },
  { name: 'transfers-dark', colorScheme: 'dark', route: '#/transfers' },
]

const SAVED = [
  { name: 'Of last year', query: { query: '2025' }, fresh: 2 },
  { name: 'Lectures', query: { query: 'lecture', kind: 'document' } },
]

const chromium = findChromium()
if (!chromium) {
  console.error('There is no Chromium here. Install one, or name it in TSPEER_CHROMIUM.')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
const browser = await launchChromium(chromium)
for (const scene of SCENES) await take(scene)
await browser.close()

async function take({ name, colorScheme, route }) {
  const bridge = await startBridge({
    peer: createFakePeer({ people: 12, files: 60, transfers: 14, saved: SAVED }),
  })
  const page = await browser.newPage({
    colorScheme,
    locale: 'en-GB',
    viewport: { width: 1080, height: 600 },
    deviceScaleFactor: 1.5,
  })
  await page.goto(bridge.url)
  await page.getByRole('row').nth(1).waitFor()
  await page.evaluate(to => {
    location.hash = to
  }, route)
  await page.waitForURL(`**${route}`)
  await page.getByRole('row').nth(5).waitFor()
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await page.close()
  await bridge.close()
  console.log(`${name}.png`)
}
