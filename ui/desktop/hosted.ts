import type { Peer } from '../../core/browser.js'

/** The peer of the desktop, with all that runs beside it. */
export interface Hosted {
  readonly peer: Peer
  /** An address under which the window gets the bytes of one file of a transfer. */
  mediaUrl(transfer: string, entry: number): Promise<string>
  close(): Promise<void>
}

/** What the page gets by `require`. */
export interface NodeSide {
  startHosted(): Promise<Hosted>
}
