import type { Transfer } from '../../api/index.js'
import { Rate, secondsLeft } from '../../content/index.js'
import { isErrorCode } from '../../errors/index.js'
import { visibleName } from '../../paths/index.js'
import type { OfferProgressBody } from '../../wire/index.js'
import type { Clock } from '../clock.js'
import { isChosen } from './offer-entries.js'
import type { MadeOffer, SendRecord } from './offer-store.js'

/** An offer to one person, as the transfer that people see. Its numbers are what the receiver tells. */
export class SendTransfer {
  readonly send: SendRecord
  readonly #clock: Clock
  readonly #rate: Rate
  /** What the receiver told last, in this connection. */
  #told: OfferProgressBody | undefined
  #bytes: number | undefined
  #fetched = 0
  #startedMs: number | undefined
  #lastMs = 0
  record: MadeOffer

  constructor(record: MadeOffer, send: SendRecord, clock: Clock) {
    this.record = record
    this.send = send
    this.#clock = clock
    this.#rate = new Rate(clock.now())
  }

  get id(): string {
    return this.record.id
  }

  /** Whether it may still come to something by itself. */
  get isLive(): boolean {
    const { state } = this.record
    return state === 'waiting' || state === 'offered' || state === 'later' || state === 'accepted'
  }

  /** Whether its receiver may fetch an entry now. */
  mayFetch(index: number): boolean {
    return this.record.state === 'accepted' && isChosen(this.record.some, index)
  }

  /** The receiver tells how far it is. */
  report(told: OfferProgressBody): void {
    const now = this.#clock.now()
    const bytes = Math.min(told.bytes, this.record.bytes)
    if (this.#bytes !== undefined && bytes > this.#bytes) {
      this.#fetched += bytes - this.#bytes
      this.#rate.add(bytes - this.#bytes, now)
    }
    this.#startedMs ??= now
    this.#lastMs = now
    this.#bytes = bytes
    this.#told = told
  }

  /** The receiver is out of reach: what it told is old. */
  lost(): void {
    const { id, state } = this.record
    if (state !== 'accepted') return
    const { files = 0, bytes = 0 } = this.#told ?? {}
    this.#told = { id, state: 'paused', reason: 'nobody-online', files, bytes }
  }

  /** How people see it. */
  snapshot(): Transfer {
    const { id, to, toName, files, bytes: total, at, state: made, endedAt } = this.record
    const isDone = made === 'done'
    const bytes = isDone ? total : (this.#bytes ?? this.record.doneBytes)
    const shown = this.#state()
    const moving = shown.state === 'downloading'
    const rate = moving ? Math.round(this.#rate.bytesASecond(this.#clock.now())) : 0
    const eta = moving ? secondsLeft(total - bytes, rate) : undefined
    return {
      id,
      direction: 'up',
      name: this.send.name,
      to,
      toName,
      ...shown,
      files,
      filesDone: isDone ? files : Math.min(this.#told?.files ?? this.record.doneFiles, files),
      bytes,
      total,
      rate,
      ...(eta !== undefined && { eta }),
      fetched: this.#fetched,
      wasted: 0,
      reused: 0,
      seconds: this.#startedMs === undefined ? 0 : (this.#lastMs - this.#startedMs) / 1_000,
      ...(this.send.skipped > 0 && { skipped: this.send.skipped }),
      target: this.send.target,
      createdAt: at,
      ...(endedAt !== undefined && { finishedAt: endedAt }),
    }
  }

  #state(): Pick<Transfer, 'state' | 'reason' | 'error'> {
    const { state, error } = this.record
    switch (state) {
      case 'waiting':
        return { state: 'awaiting-consent', reason: 'nobody-online' }
      case 'offered':
      case 'later':
        return { state: 'awaiting-consent' }
      case 'accepted':
        return this.#liveState()
      case 'done':
        return { state: 'done' }
      case 'declined':
      case 'stopped':
      case 'cancelled':
        return { state: 'cancelled', ...(error && { error }) }
      case 'failed':
        return { state: 'failed', ...(error && { error }) }
    }
  }

  #liveState(): Pick<Transfer, 'state' | 'reason' | 'error'> {
    const { state = 'queued', reason, code } = this.#told ?? {}
    if (state === 'paused') return { state, ...(reason && { reason }) }
    if (state !== 'failed') return { state }
    const known = isErrorCode(code) ? code : 'INTERNAL'
    const message = `${visibleName(this.record.toName)} could not get all of it (${known}). They can go on with it.`
    return { state, error: { code: known, message } }
  }
}
