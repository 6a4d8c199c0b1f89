import { type Peer, PeerError, type PeerEvent, type Transfer } from '../../core/index.js'
import { type Context, orInterrupted } from './context.js'
import { doneText, failureOf, isOver, progressText, transferObject } from './transfer-lines.js'

const PROGRESS_MS = 100

/** Shows transfers until each is done or has failed; what failed makes the command fail. Rejects when interrupted. */
export async function followTransfers(
  context: Context,
  peer: Peer,
  started: readonly Transfer[],
): Promise<void> {
  const follower = new Follower(context, started)
  const stop = peer.subscribe(event => follower.take(event))
  try {
    // What happened between the start and the subscription is in the list.
    const wanted = new Set(started.map(({ id }) => id))
    for (const transfer of await peer.transfers.list()) if (wanted.has(transfer.id)) follower.show(transfer)
    await orInterrupted(context.signal, follower.ended)
  } finally {
    stop()
    context.output.clearStatus()
  }
}

class Follower {
  /** Settles when all are over; rejects when the peer is gone. */
  readonly ended: Promise<void>
  readonly #context: Context
  readonly #open: Map<string, Transfer>
  readonly #shownAt = new Map<string, { readonly at: number; readonly state: string }>()
  #resolve = () => {}
  #reject: (error: unknown) => void = () => {}

  constructor(context: Context, started: readonly Transfer[]) {
    this.#context = context
    this.#open = new Map(started.map(transfer => [transfer.id, transfer]))
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Nobody waits yet when the peer goes before the first wait.
    this.ended.catch(() => {})
  }

  take(event: PeerEvent): void {
    if (event.kind === 'transfer') this.show(event.transfer)
    else if (event.kind === 'transfer-removed') this.#removed(event.id)
    else if (event.kind === 'closed')
      this.#reject(
        event.error
          ? new PeerError(event.error.code, event.error.message)
          : new PeerError('CLOSED', 'The peer was stopped. The download goes on when it runs again.'),
      )
  }

  show(transfer: Transfer): void {
    if (!this.#open.has(transfer.id)) return
    this.#open.set(transfer.id, transfer)
    if (isOver(transfer)) this.#over(transfer)
    else this.#progress(transfer)
  }

  #removed(id: string): void {
    const transfer = this.#open.get(id)
    if (transfer) this.#over({ ...transfer, state: 'cancelled' })
  }

  #over(transfer: Transfer): void {
    const { output } = this.#context
    this.#open.delete(transfer.id)
    output.object(transferObject(transfer))
    if (transfer.state === 'done') output.line(doneText(transfer))
    else this.#context.fail(failureOf(transfer))
    if (this.#open.size === 0) this.#resolve()
  }

  #progress(transfer: Transfer): void {
    const { output } = this.#context
    const now = performance.now()
    const state = `${transfer.state} ${transfer.reason}`
    const shown = this.#shownAt.get(transfer.id)
    if (shown && shown.state === state && now - shown.at < PROGRESS_MS) return
    this.#shownAt.set(transfer.id, { at: now, state })
    output.object(transferObject(transfer))
    const more = this.#open.size > 1 ? `  (and ${this.#open.size - 1} more)` : ''
    output.status(progressText(transfer) + more)
  }
}
