import type { Command } from 'commander'
import open from 'open'
import { runUntilTold } from './commands/up.js'
import { type Context, orInterrupted } from './context.js'
import { define, type Run } from './define.js'
import type { Hosted } from './host-peer.js'

/**
 * `npm start`: the app, in a window of its own where NW.js is here, else in the browser; over the peer that
 * runs on the home, else over one of its own.
 */
export function startCommand(run: Run): Command {
  return define<{ readonly open: boolean }>(run, {
    usage: 'start',
    about: 'open the app, and run its peer until interrupted',
    setUp: command => command.option('--no-open', 'only print the address of the app'),
    work: async (context, _, options) => {
      const desktop = options.open ? context.programs.openDesktop(context.home, context.signal) : undefined
      if (desktop) return desktop
      const hosted = await host(context)
      try {
        if (options.open && hosted.ticketUrl) await openBrowser(context, hosted.ticketUrl())
        await runUntilTold(context, hosted)
      } finally {
        await hosted.close()
      }
    },
  })
}

async function host({ programs, home, signal }: Context): Promise<Hosted> {
  const running = await orInterrupted(signal, programs.connectLocal(home))
  if (running) return programs.serveRunning(running)
  return programs.hostPeer({ home, hostRegistry: 'unless-known', uiPort: 0 })
}

/** The address is printed too, so a system without a browser is no failure. */
async function openBrowser({ output }: Context, address: string): Promise<void> {
  const failed = () => output.note('No browser could be opened. Open the address of the app yourself.')
  try {
    const browser = await open(address)
    browser.once('error', failed)
  } catch {
    failed()
  }
}
