import { toPlainError } from '../../core/browser.js'
import { createLink, type Host } from '../app/index.js'
import type { FieldMaker } from './file-dialog.js'
import { guardWindow } from './guard-window.js'
import type { NodeSide } from './hosted.js'
import type { NwApi } from './nw-api.js'
import { createNwPlatform } from './nw-platform.js'

export interface DesktopOptions {
  readonly nw: NwApi
  readonly document: FieldMaker
  /** Loads the bundle made for Node; called once the window is guarded. */
  loadNodeSide(): NodeSide
}

/** Starts the peer in this process and gives the app its host at once; the link opens when the peer is there. */
export function startDesktop({ nw, document, loadNodeSide }: DesktopOptions): Host {
  const link = createLink()
  const starting = Promise.resolve().then(() => loadNodeSide().startHosted())
  guardWindow(nw, async () => (await starting).close())
  starting.then(
    ({ peer }) => link.attach(peer),
    error => link.fail(toPlainError(error)),
  )
  const mediaUrl = async (transfer: string, entry: number) => (await starting).mediaUrl(transfer, entry)
  return { platform: createNwPlatform(nw, document, mediaUrl), peer: link.peer, watchLink: link.watchLink }
}
