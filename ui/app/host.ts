import type { Failure, Peer } from '../../core/browser.js'

/** What the app needs of a peer; the same in-process and over the bridge. */
export type AppPeer = Omit<Peer, 'id' | 'close'>

/** How the app stands with its peer. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Lost; it tries again by itself. */
  | { readonly kind: 'lost' }
  /** It won't try again: the peer was stopped, or this page was not opened by its address. */
  | { readonly kind: 'ended'; readonly why: 'closed' | 'not-allowed' }
  /** The peer could not start, or ended by itself. */
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What the system under the app can do. What a host can't do is absent, and the app offers it nowhere. */
export interface Platform {
  copyText(text: string): Promise<void>
  /** Opens an http(s) link outside the app. */
  openLink(url: string): void
  setTitle(title: string): void
  /** Opens a finished download with the system's program. */
  openFile?(path: string): Promise<void>
  /** Shows a file in the system's file manager. */
  revealFile?(path: string): Promise<void>
  /** Lets the person choose files; their full paths, none when closed without a choice. */
  pickFiles?(): Promise<readonly string[]>
  pickFolder?(): Promise<string | undefined>
  /** An address under which the page gets the bytes of one file of a transfer, also while it is downloaded. */
  mediaUrl?(transfer: string, entry: number): Promise<string>
}

/** Where the app runs: it knows of nothing else. */
export interface Host {
  readonly platform: Platform
  readonly peer: AppPeer
  /** Calls the listener with the state now and at each change, until the returned function is called. */
  watchLink(listener: (state: LinkState) => void): () => void
}
