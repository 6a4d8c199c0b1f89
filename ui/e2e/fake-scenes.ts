import type { Browser, Page } from 'playwright-core'
import { suite } from 'uvu'
import { createFakePeer, type FakeOptions, type FakePeer } from '../app/testing/index.js'
import { type Bridge, startBridge } from '../web/index.js'
import { findChromium, launchChromium } from './chromium.js'
import type { PageWorld } from './page-world.js'

const WAIT_MS = 60_000

/** The app in a real browser, through the real bridge, on a peer that is not real. */
export interface Scene {
  readonly page: Page
  readonly peer: FakePeer
  readonly bridge: Bridge
  /** Errors and refused loads, as the console tells them. */
  readonly complaints: readonly string[]
}

interface Scenes {
  /** A test that is skipped, and says so, where there is no Chromium. */
  scene(name: string, options: FakeOptions, act: (scene: Scene) => Promise<void>): void
  run(): void
}

/** A suite of such tests, in one browser. */
export function fakeScenes(title: string): Scenes {
  const chromium = findChromium()
  const test = suite<{ browser: Browser }>(title)
  test.before(async context => {
    if (chromium) context.browser = await launchChromium(chromium)
  })
  test.after(context => context.browser?.close())
  return {
    scene(name, options, act) {
      if (chromium) test(name, ({ browser }) => withApp(browser, options, act))
      else test.skip(`${name} (no Chromium here; TSPEER_CHROMIUM can name one)`)
    },
    run: () => test.run(),
  }
}

/** Opens the pane at an address such as `browse/anna`. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate(to => {
    Object(globalThis).location.hash = to
  }, `#/${hash}`)
}

async function withApp(
  browser: Browser,
  options: FakeOptions,
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const peer = createFakePeer(options)
  const bridge = await startBridge({ peer })
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1180, height: 720 } })
  const complaints: string[] = []
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(WAIT_MS)
    page.on('pageerror', error => complaints.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    await page.addInitScript(prepareWorld)
    await page.goto(bridge.url)
    await page.getByRole('heading', { level: 1 }).waitFor()
    // What happens before the page hears of it is only in its lists, and not told.
    await page.getByText('Connecting to your peer…').waitFor({ state: 'hidden' })
    await act({ page, peer, bridge, complaints })
  } finally {
    await context.close()
    await bridge.close()
  }
}

/** Runs in the page before the app: notes its sockets and what the policy refuses. */
function prepareWorld(): void {
  const world: PageWorld = Object(globalThis)
  world.hits = 0
  world.violations = []
  world.sockets = []
  world.document.addEventListener('securitypolicyviolation', event => {
    world.violations.push(event.violatedDirective)
  })
  const Original = world.WebSocket
  world.WebSocket = class extends Original {
    constructor(address: string) {
      super(address)
      world.sockets.push(this)
    }
  }
}
