import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import type { DownloadRequest, Transfer } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { Collection } from './collection.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

export interface Transfers {
  /** What moves or waits first, then what has ended; newest first within both. */
  readonly list: Collection<Transfer>
  readonly state: ReadonlySignal<LoadState>
  readonly active: ReadonlySignal<number>
  /** Bytes a second, of all. */
  readonly rate: ReadonlySignal<number>
  load(): Promise<void>
  apply(transfer: Transfer): void
  applyRemoved(id: string): void
  /** Starts a download; whether it began. */
  download(request: DownloadRequest): Promise<boolean>
  pause(id: string): Promise<boolean>
  resume(id: string): Promise<boolean>
  cancel(id: string): Promise<boolean>
  remove(id: string): Promise<boolean>
}

export function createTransfers(peer: Pick<AppPeer, 'transfers'>, notices: Notices): Transfers {
  const list = new Collection<Transfer>({ id: transfer => transfer.id, compare: compareTransfers })
  const state = signal<LoadState>(LOADING)
  // An answer may be older than an event that came before it: what is known already stays.
  const keep = (transfer: Transfer) => {
    if (!list.get(transfer.id)) list.put(transfer)
  }
  const act = (work: () => Promise<Transfer>) => notices.attempt(async () => list.put(await work()))
  return {
    list,
    state,
    active: computed(() => list.all().reduce((count, transfer) => count + (hasEnded(transfer) ? 0 : 1), 0)),
    rate: computed(() => list.all().reduce((sum, transfer) => sum + transfer.rate, 0)),
    async load() {
      list.begin()
      try {
        list.finish(await peer.transfers.list())
        state.value = READY
      } catch (error) {
        state.value = { kind: 'failed', failure: failureOf(error) }
      }
    },
    apply: transfer => list.put(transfer),
    applyRemoved: id => list.remove(id),
    download: request =>
      notices.attempt(async () => {
        const started = await peer.transfers.download(request)
        batch(() => {
          for (const transfer of started) keep(transfer)
        })
      }),
    pause: id => act(() => peer.transfers.pause(id)),
    resume: id => act(() => peer.transfers.resume(id)),
    cancel: id => act(() => peer.transfers.cancel(id)),
    remove: id =>
      notices.attempt(async () => {
        await peer.transfers.remove(id)
        list.remove(id)
      }),
  }
}

/** Whether nothing more happens to it by itself or by Resume. */
export function hasEnded(transfer: Transfer): boolean {
  return transfer.state === 'done' || transfer.state === 'cancelled'
}

/** Whether Pause does something to it. */
export function canPause({ state, direction }: Transfer): boolean {
  if (direction === 'up') return false
  return state === 'queued' || state === 'finding-sources' || state === 'downloading' || state === 'checking'
}

export function canResume({ state, direction }: Transfer): boolean {
  return direction === 'down' && (state === 'paused' || state === 'failed')
}

export function canCancel({ state }: Transfer): boolean {
  return state !== 'done' && state !== 'failed' && state !== 'cancelled'
}

export function canRemove({ state }: Transfer): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

function compareTransfers(a: Transfer, b: Transfer): number {
  const ended = Number(hasEnded(a)) - Number(hasEnded(b))
  return ended || b.createdAt - a.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
