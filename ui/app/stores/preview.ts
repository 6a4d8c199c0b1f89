import { type ReadonlySignal, signal } from '@preact/signals'
import { PeerError, type Transfer } from '../../../core/browser.js'
import type { AppPeer, Platform } from '../host.js'
import { type MediaType, mediaTypeOf } from '../media-type.js'
import { t } from '../text/index.js'
import type { Notices } from './notices.js'

/** A file that is being shown. */
export interface ShownMedia {
  readonly name: string
  readonly kind: MediaType['kind']
  readonly url: string
}

export interface Preview {
  readonly shown: ReadonlySignal<ShownMedia | undefined>
  /** Shows the one file of a transfer; whether it could be opened. */
  open(transfer: Transfer, mediaUrl: NonNullable<Platform['mediaUrl']>): Promise<boolean>
  close(): void
}

export function createPreview(peer: Pick<AppPeer, 'transfers'>, notices: Notices): Preview {
  const shown = signal<ShownMedia | undefined>(undefined)
  return {
    shown,
    open: ({ id }, mediaUrl) =>
      notices.attempt(async () => {
        const { entries } = await peer.transfers.entries(id)
        const file = entries.find(({ type }) => type === 'file')
        const media = file && mediaTypeOf(file.name)
        if (!media) throw new PeerError('NOT_FOUND', t.preview.nothing)
        shown.value = { name: file.name, kind: media.kind, url: await mediaUrl(id, file.index) }
      }),
    close() {
      shown.value = undefined
    },
  }
}

/** How a transfer can be shown: it is one file of a kind that pages show, and its bytes are here or coming. */
export function previewKind(transfer: Transfer): MediaType['kind'] | undefined {
  const { name, files, state, reason, direction } = transfer
  if (direction === 'up') return undefined
  if (files !== 1 || state === 'awaiting-consent' || state === 'failed' || state === 'cancelled')
    return undefined
  if (reason === 'user' || reason === 'source-changed') return undefined
  return mediaTypeOf(name)?.kind
}
