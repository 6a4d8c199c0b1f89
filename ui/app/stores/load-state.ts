import type { Failure } from '../../../core/browser.js'

/** How far the content of a pane is. */
export type LoadState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure }

export const LOADING: LoadState = { kind: 'loading' }
export const READY: LoadState = { kind: 'ready' }
