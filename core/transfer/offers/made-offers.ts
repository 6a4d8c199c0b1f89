import { randomBytes } from 'node:crypto'
import type { SendRequest, Transfer } from '../../api/index.js'
import type { HashCache } from '../../content/index.js'
import { type ErrorCode, isPeerError, PeerError } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Root } from '../../manifest/index.js'
import { visibleName } from '../../paths/index.js'
import type { OfferAnswerBody, OfferPage, OfferProgressBody } from '../../wire/index.js'
import { ChangeTeller } from '../change-teller.js'
import type { Clock } from '../clock.js'
import type { Grant, RootOfPath } from '../grant.js'
import { listPaths } from './list-paths.js'
import { isChosen, offerName } from './offer-entries.js'
import type { MadeOffer, OfferStore, SendRecord } from './offer-store.js'
import type { Letterbox } from './post.js'
import type { SendHasher } from './send-hasher.js'
import { SendTransfer } from './send-transfer.js'
import { SentFiles } from './sent-files.js'
import { type Fields, withFields } from './with-fields.js'

/** What the sender's side needs. */
export interface MadeOffersOptions {
  readonly self: PeerId
  readonly store: OfferStore
  readonly hasher: SendHasher
  readonly cache: HashCache
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Real folders that are never sent. */
  readonly keepOut: readonly string[]
  nameOf(person: PeerId): string
  /** Something is to be told them. */
  wake(person: PeerId): void
  onChange(transfer: Transfer): void
  onRemoved(id: string): void
  /** Someone may fetch less than before. */
  onNarrowed(): void
}

/** What was declined or cancelled can be taken up again so long. */
export const UNDO_MS = 10 * 60_000
/** An answer within the receiver's ten minutes may take a while to come. */
const UNDO_GRACE_MS = 60_000
/** Ways for an offer to be refused for good. */
const FINAL: readonly ErrorCode[] = ['BAD_INPUT', 'UNSUPPORTED', 'BANNED', 'NOT_FOUND', 'DECLINED']

/** The offers of this peer: an outbox of them, and what each grants to whom. */
export class MadeOffers {
  readonly #options: MadeOffersOptions
  readonly #teller: ChangeTeller
  readonly #offers = new Map<string, SendTransfer>()
  /** The files of sends that may still come to something. */
  readonly #files = new Map<string, SentFiles>()

  constructor(options: MadeOffersOptions) {
    this.#options = options
    this.#teller = new ChangeTeller(options.clock, options.onChange)
    for (const record of options.store.made()) {
      const send = options.store.send(record.send)
      if (!send) continue
      const offer = new SendTransfer(record, send, options.clock)
      this.#offers.set(record.id, offer)
      if (offer.isLive) this.#open(send)
    }
  }

  list(): Transfer[] {
    return [...this.#offers.values()].map(offer => offer.snapshot())
  }

  has(id: string): boolean {
    return this.#offers.has(id)
  }

  /** Lists what is to be sent and offers it to each; resolves when that is stored. */
  async send({ to, paths }: SendRequest): Promise<Transfer[]> {
    const { store, now, keepOut, nameOf, clock, self, wake } = this.#options
    const people = [...new Set(to)]
    if (people.length === 0) throw new PeerError('BAD_INPUT', 'Say to whom.')
    if (people.includes(self)) throw new PeerError('BAD_INPUT', 'You can’t send to yourself.')
    const [target] = paths
    if (target === undefined) throw new PeerError('BAD_INPUT', 'Say what to send.')
    const { entries, skipped } = await listPaths(paths, keepOut)
    const files = entries.filter(({ type }) => type === 'file').length
    const bytes = entries.reduce((sum, { size }) => sum + size, 0)
    const at = now()
    const send: SendRecord = {
      id: newId(),
      name: offerName(entries),
      target,
      at,
      files,
      bytes,
      count: entries.length,
      skipped,
    }
    const offers = people.map((person): MadeOffer => {
      const counts = { files, bytes, doneFiles: 0, doneBytes: 0 }
      const names = { id: newId(), send: send.id, to: person, toName: nameOf(person) }
      return { ...names, at, state: 'waiting', untold: false, ...counts }
    })
    await store.addSend(send, entries, offers)
    this.#hold(new SentFiles(send, entries))
    const made = offers.map(record => new SendTransfer(record, send, clock))
    for (const offer of made) {
      this.#offers.set(offer.id, offer)
      this.#teller.changed(offer)
      wake(offer.record.to)
    }
    return made.map(offer => offer.snapshot())
  }

  /** Takes an offer back, or ends what was accepted of it. */
  async cancel(id: string): Promise<Transfer> {
    const offer = this.#find(id)
    if (offer.record.state === 'cancelled') return offer.snapshot()
    if (!offer.isLive) throw new PeerError('BAD_INPUT', 'This send is over, so there is nothing to cancel.')
    await this.#end(offer, { state: 'cancelled', untold: true })
    this.#options.wake(offer.record.to)
    return offer.snapshot()
  }

  /** Offers again what was cancelled here, for ten minutes. */
  async resume(id: string): Promise<Transfer> {
    const offer = this.#find(id)
    const { state, endedAt = 0, to } = offer.record
    const isOpen = state === 'cancelled' && this.#options.now() - endedAt <= UNDO_MS
    if (!isOpen) {
      const hint = offer.isLive ? 'It goes on by itself.' : 'Send it again.'
      throw new PeerError('BAD_INPUT', `This send can't be resumed. ${hint}`)
    }
    // First of all: from the moment it waits again it may be told.
    this.#open(offer.send)
    await this.#change(offer, { state: 'waiting', untold: false, endedAt: undefined })
    this.#options.wake(to)
    return offer.snapshot()
  }

  /** Takes what is over off the list. */
  async remove(id: string): Promise<void> {
    const offer = this.#find(id)
    if (offer.isLive) throw new PeerError('BAD_INPUT', 'This send is not over. Cancel it first.')
    this.#offers.delete(id)
    this.#teller.forget(id)
    const isLast = ![...this.#offers.values()].some(({ send }) => send.id === offer.send.id)
    await this.#options.store.removeMade(offer.record, isLast)
    this.#options.onRemoved(id)
  }

  hasLetters(to: PeerId): boolean {
    return this.#letters(to).length > 0
  }

  /** Tells someone what waits for them. */
  async deliver(to: PeerId, connection: Letterbox, signal: AbortSignal): Promise<void> {
    for (const offer of this.#letters(to)) {
      const { id, state } = offer.record
      try {
        if (state === 'waiting') await this.#offer(offer, connection, signal)
        else await connection.request('OFFER_CANCEL', { id }, { signal })
        // Its answer, or the person, may have been faster: what it is by now is told next.
        if (offer.record.state !== state) continue
        await this.#change(offer, state === 'waiting' ? { state: 'offered' } : { untold: false })
      } catch (error) {
        if (!isPeerError(error) || !FINAL.includes(error.code)) throw error
        if (offer.record.state === state) await this.#refused(offer, error)
      }
    }
  }

  /** A page of an offer to the asker. */
  page(asker: PeerId, id: string, offset: number, limit: number): OfferPage {
    const offer = this.#offeredTo(asker, id)
    if (!offer.isLive && !this.#isUndoable(offer)) throw notFound()
    return (this.#files.get(offer.send.id) ?? this.#read(offer.send)).page(offset, limit)
  }

  /** What the receiver made of an offer; resolves when it is stored. */
  async answer(from: PeerId, { id, answer, some }: OfferAnswerBody): Promise<void> {
    const offer = this.#offeredTo(from, id)
    const { state, toName } = offer.record
    switch (answer) {
      case 'accept':
        return this.#accept(offer, some)
      case 'later':
        if (!offer.isLive) throw notFound()
        await this.#change(offer, { state: 'later' })
        if (state === 'accepted') this.#options.onNarrowed()
        return
      case 'decline': {
        if (state === 'declined') return
        if (!offer.isLive) throw notFound()
        const message = `${visibleName(toName)} declined it.`
        return this.#end(offer, { state: 'declined', error: { code: 'DECLINED', message } })
      }
      case 'done':
        if (state === 'done') return
        if (!offer.isLive) throw notFound()
        return this.#end(offer, {
          state: 'done',
          doneFiles: offer.record.files,
          doneBytes: offer.record.bytes,
        })
      case 'cancel': {
        if (state === 'stopped') return
        if (state !== 'accepted') throw notFound()
        const message = `${visibleName(toName)} cancelled it.`
        return this.#end(offer, { state: 'stopped', error: { code: 'DECLINED', message } })
      }
    }
  }

  /** The receiver tells how far it is; of anything else nothing is taken. */
  progress(from: PeerId, told: OfferProgressBody): void {
    const offer = this.#offers.get(told.id)
    if (offer?.record.to !== from || offer.record.state !== 'accepted') return
    offer.report(told)
    this.#teller.changed(offer)
  }

  /** Someone is out of reach. */
  gone(person: PeerId): void {
    for (const offer of this.#offers.values()) {
      if (offer.record.to !== person || offer.record.state !== 'accepted') continue
      offer.lost()
      this.#teller.changed(offer)
    }
  }

  /** Leave to read a file that was accepted by the asker. */
  grant(asker: PeerId, root: Root): Grant | undefined {
    for (const offer of this.#acceptedBy(asker)) {
      const grant = this.#files.get(offer.send.id)?.grant(root, index => offer.mayFetch(index))
      if (grant) return grant
    }
    return undefined
  }

  layer(asker: PeerId, root: Root): Uint8Array | undefined {
    return this.grant(asker, root) && this.#options.cache.layer(root)
  }

  /** The root of an accepted entry; it is read next where it isn't yet. */
  rootOf(asker: PeerId, path: string, id: string): RootOfPath | undefined {
    const offer = this.#offers.get(id)
    const files = offer && this.#files.get(offer.send.id)
    if (!files || offer.record.to !== asker) return undefined
    const index = files.indexOf(path)
    const entry = index === undefined ? undefined : files.entries[index]
    if (index === undefined || !entry || !offer.mayFetch(index)) return undefined
    const root = files.rootAt(index)
    if (root) return { root, size: entry.size, mtime: entry.mtime }
    if (!files.isUnhashed(index)) return undefined
    return { pending: { done: this.#options.hasher.hurry(files, index), total: entry.size } }
  }

  close(): void {
    this.#teller.close()
  }

  async #offer(offer: SendTransfer, connection: Letterbox, signal: AbortSignal): Promise<void> {
    const { id, at } = offer.record
    const { files, bytes, count } = offer.send
    const entries = this.#open(offer.send).first()
    await connection.request('FILE_OFFER', { id, at, files, bytes, count, entries }, { signal })
  }

  async #accept(offer: SendTransfer, some: Buffer | undefined): Promise<void> {
    const { state } = offer.record
    if (!offer.isLive && !this.#isUndoable(offer)) throw notFound()
    if (some && some.length !== Math.ceil(offer.send.count / 8))
      throw new PeerError('BAD_INPUT', 'The choice has not a bit for each entry.')
    const { entries } = this.#open(offer.send)
    let files = 0
    let bytes = 0
    entries.forEach(({ type, size }, index) => {
      if (type !== 'file' || !isChosen(some, index)) return
      files++
      bytes += size
    })
    await this.#change(offer, { state: 'accepted', some, files, bytes, error: undefined, endedAt: undefined })
    // What was not chosen any more, if it was accepted before, is not granted any more.
    if (state === 'accepted') this.#options.onNarrowed()
  }

  async #refused(offer: SendTransfer, { code, message }: PeerError): Promise<void> {
    const { state, toName } = offer.record
    if (state === 'cancelled') await this.#change(offer, { untold: false })
    else if (code === 'DECLINED') {
      const error = { code, message: `${visibleName(toName)} takes nothing from you.` }
      await this.#end(offer, { state: 'declined', error })
    } else await this.#end(offer, { state: 'failed', error: { code, message: visibleName(message) } })
  }

  async #end(offer: SendTransfer, fields: Fields<MadeOffer>): Promise<void> {
    const wasAccepted = offer.record.state === 'accepted'
    await this.#change(offer, { ...fields, endedAt: this.#options.now() })
    if (wasAccepted) this.#options.onNarrowed()
    const { id } = offer.send
    const files = this.#files.get(id)
    const isNeeded = [...this.#offers.values()].some(other => other.send.id === id && other.isLive)
    if (!files || isNeeded) return
    this.#files.delete(id)
    this.#options.hasher.drop(files)
  }

  async #change(offer: SendTransfer, fields: Fields<MadeOffer>): Promise<void> {
    offer.record = withFields(offer.record, fields)
    this.#teller.changed(offer)
    await this.#options.store.putMade(offer.record)
  }

  /** The files of a send, read back where they were let go of. */
  #open(send: SendRecord): SentFiles {
    return this.#files.get(send.id) ?? this.#hold(this.#read(send))
  }

  #read(send: SendRecord): SentFiles {
    const { store } = this.#options
    return new SentFiles(send, store.sentEntries(send.id), store.sentHashes(send.id))
  }

  /** Whether its receiver may still think better of it. */
  #isUndoable({ record: { state, endedAt = 0 } }: SendTransfer): boolean {
    if (state !== 'declined' && state !== 'stopped') return false
    return this.#options.now() - endedAt <= UNDO_MS + UNDO_GRACE_MS
  }

  #hold(files: SentFiles): SentFiles {
    this.#files.set(files.record.id, files)
    this.#options.hasher.add(files)
    return files
  }

  #letters(to: PeerId): SendTransfer[] {
    return [...this.#offers.values()].filter(
      ({ record }) => record.to === to && (record.state === 'waiting' || record.untold),
    )
  }

  *#acceptedBy(asker: PeerId): Generator<SendTransfer> {
    for (const offer of this.#offers.values())
      if (offer.record.to === asker && offer.record.state === 'accepted') yield offer
  }

  #offeredTo(asker: PeerId, id: string): SendTransfer {
    const offer = this.#offers.get(id)
    if (offer?.record.to !== asker) throw notFound()
    return offer
  }

  #find(id: string): SendTransfer {
    const offer = this.#offers.get(id)
    if (!offer) throw new PeerError('NOT_FOUND', 'There is no such transfer.')
    return offer
  }
}

function newId(): string {
  return randomBytes(16).toString('hex')
}

function notFound(): PeerError {
  return new PeerError('NOT_FOUND', 'There is no such offer, or it has ended.')
}
