import type { AcceptChoice, ConsentRule, Offer, OfferedEntry, PersonRule, Transfer } from '../../api/index.js'
import { type ErrorCode, isPeerError, PeerError } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Logger } from '../../log/index.js'
import { LIMITS, type OfferAnswerBody, type OfferBody, type OfferProgressBody } from '../../wire/index.js'
import type { Clock } from '../clock.js'
import { checkOffer } from './check-offer.js'
import { UNDO_MS } from './made-offers.js'
import { OfferDownloads, type OfferDownloadsOptions } from './offer-downloads.js'
import { fromWire, offerName } from './offer-entries.js'
import { OfferFlood } from './offer-flood.js'
import type { OfferStore, ReceivedOffer } from './offer-store.js'
import { checkRename, chosenBits } from './plan-offer.js'
import type { Letterbox } from './post.js'
import { readEntries } from './read-entries.js'
import { type Fields, withFields } from './with-fields.js'

/** What the receiver's side needs. */
export interface ReceivedOffersOptions {
  readonly store: OfferStore
  readonly transfers: OfferDownloadsOptions['transfers']
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Logger
  nameOf(person: PeerId): string
  /** The control connection to someone, dialled where there is none. */
  connect(to: PeerId): Promise<Letterbox>
  /** Something is to be told them: settles when that was tried. */
  wake(person: PeerId): Promise<void>
  /** Tells someone who is connected how far a download is. */
  tell(person: PeerId, progress: OfferProgressBody): void
  /** Whether this peer has made an offer with this id. */
  isOurs(id: string): boolean
  onOffer(offer: Offer): void
  onRemoved(id: string): void
}

/** Answers by which a sender says that the offer is over there. */
const FINAL: readonly ErrorCode[] = ['NOT_FOUND', 'BAD_INPUT', 'UNSUPPORTED', 'BANNED']

/** What others offer here: it waits for the person's answer, or for a rule's, and becomes downloads. */
export class ReceivedOffers {
  readonly #options: ReceivedOffersOptions
  readonly #offers = new Map<string, ReceivedOffer>()
  readonly #downloads: OfferDownloads
  readonly #flood = new OfferFlood()
  /** Why accepted offers could not be started. */
  readonly #failures = new Map<string, unknown>()
  readonly #forgetting = new Map<string, () => void>()
  #closed = false

  constructor(options: ReceivedOffersOptions) {
    this.#options = options
    this.#downloads = new OfferDownloads(options)
    for (const offer of options.store.received()) {
      this.#offers.set(offer.id, offer)
      if (offer.endedAt !== undefined) this.#forgetLater(offer)
    }
  }

  /** Goes on where the last run stopped. */
  begin(): void {
    for (const offer of this.#offers.values()) {
      if (offer.started) this.#look(offer.id)
      else if (offer.state === 'accepted' && offer.told) void this.#start(offer).catch(() => {})
    }
    void this.#downloads.cancel(this.#downloads.lost(id => this.#offers.has(id)))
  }

  /** Newest first. */
  list(): Offer[] {
    return [...this.#offers.values()].sort((a, b) => b.at - a.at).map(offer => this.#shown(offer))
  }

  /** A page of an offer's entries; its sender is asked for what isn't known here. */
  async entries(id: string, offset: number, limit: number): Promise<readonly OfferedEntry[]> {
    const offer = this.#find(id)
    const known = this.#options.store.receivedEntries(id)
    const all = known.length < Math.min(offer.count, offset + limit) ? await this.#readAll(offer) : known
    return all.slice(offset, offset + limit)
  }

  /** Takes an offer; resolves when it is stored. Repeated, it is answered again. */
  async receive(from: PeerId, body: OfferBody): Promise<void> {
    const known = this.#offers.get(body.id)
    if (this.#options.isOurs(body.id) || (known && known.from !== from))
      throw new PeerError('BAD_INPUT', 'The offer has the id of another one.')
    const entries = body.entries.map(fromWire)
    checkOffer(body, entries)
    if (known) {
      // It asks again, so it may not know the answer.
      await this.#change(known, { told: known.state === 'waiting' })
      void this.#options.wake(from)
      return
    }
    const rule = this.#options.store.rule(from) ?? ASK
    if (rule.kind === 'never') throw new PeerError('DECLINED', 'Nothing is taken from you here.')
    this.#flood.take(from, this.#offers.values(), this.#options.now())
    const { id, at, files, bytes, count } = body
    const isAccepted = allows(rule, bytes)
    const offer: ReceivedOffer = {
      ...{ id, from, at, files, bytes, count },
      state: isAccepted ? 'accepted' : 'waiting',
      told: !isAccepted,
      started: false,
      transfers: [],
      doneFiles: 0,
      doneBytes: 0,
    }
    await this.#options.store.putReceived(offer, { offset: 0, entries })
    this.#offers.set(id, offer)
    this.#options.onOffer(this.#shown(offer))
    void this.#options.wake(from)
  }

  /** Its sender takes an offer back; what was downloaded of it stays. */
  async withdraw(from: PeerId, id: string): Promise<void> {
    const offer = this.#offers.get(id)
    if (offer?.from !== from) throw notFound()
    await this.#withdrawn(offer)
  }

  async accept(id: string, choice: AcceptChoice = {}): Promise<Offer> {
    const offer = this.#find(id)
    if (!this.#isOpen(offer)) throw new PeerError('BAD_INPUT', `This offer ${OVER[offer.state]}.`)
    if (choice.entries || choice.rename) {
      const all = await this.#readAll(offer)
      chosenBits(all, choice.entries)
      checkRename(all, choice.rename)
    }
    this.#failures.delete(id)
    await this.#change(offer, {
      ...{ state: 'accepted', told: false, started: false, choice, transfers: [] },
      ...{ stopped: undefined, endedAt: undefined },
    })
    await this.#options.wake(offer.from)
    const failure = this.#failures.get(id)
    if (failure) throw failure
    return this.#shown(this.#find(id))
  }

  async decline(id: string): Promise<Offer> {
    const offer = this.#find(id)
    if (offer.state === 'declined') return this.#shown(offer)
    if (!this.#isOpen(offer)) throw new PeerError('BAD_INPUT', `This offer ${OVER[offer.state]}.`)
    const now = await this.#change(offer, { state: 'declined', told: false, endedAt: this.#options.now() })
    void this.#options.wake(offer.from)
    return this.#shown(now)
  }

  async later(id: string): Promise<Offer> {
    const offer = this.#find(id)
    if (offer.state === 'later') return this.#shown(offer)
    if (offer.state !== 'waiting') throw new PeerError('BAD_INPUT', `This offer ${OVER[offer.state]}.`)
    const now = await this.#change(offer, { state: 'later', told: false })
    void this.#options.wake(offer.from)
    return this.#shown(now)
  }

  rules(): PersonRule[] {
    const { store, nameOf } = this.#options
    return store.rules().map(({ person, rule }) => ({ person, name: nameOf(person), rule }))
  }

  async setRule(person: PeerId, rule: ConsentRule): Promise<PersonRule> {
    await this.#options.store.putRule(person, rule)
    return { person, name: this.#options.nameOf(person), rule }
  }

  hasLetters(to: PeerId): boolean {
    return this.#letters(to).length > 0
  }

  /** Tells a sender what became of their offers, and starts what they know to be accepted. */
  async deliver(to: PeerId, connection: Letterbox, signal: AbortSignal): Promise<void> {
    for (const { id } of this.#letters(to)) {
      const offer = this.#offers.get(id)
      if (!offer) continue
      try {
        await this.#answer(offer, connection, signal)
      } catch (error) {
        if (!isPeerError(error) || !FINAL.includes(error.code)) throw error
        // It is over there: so be it.
        const now = this.#offers.get(id)
        if (now?.state === offer.state) await this.#refused(now)
      }
    }
  }

  /** A download has changed, perhaps one of an offer. */
  transferChanged(transfer: Transfer): void {
    if (this.#downloads.changed(transfer)) this.#look(transfer.offer ?? '')
  }

  /** A download was taken off the list. */
  transferRemoved(id: string): void {
    for (const offer of this.#offers.values()) {
      if (!offer.transfers.includes(id)) continue
      this.#downloads.removed(offer.id, id)
      this.#look(offer.id)
    }
  }

  close(): void {
    this.#closed = true
    for (const stop of this.#forgetting.values()) stop()
    this.#forgetting.clear()
  }

  async #answer(offer: ReceivedOffer, connection: Letterbox, signal: AbortSignal): Promise<void> {
    const { id } = offer
    const say = (body: Omit<OfferAnswerBody, 'id'>) =>
      connection.request('OFFER_ANSWER', { id, ...body }, { signal })
    switch (offer.state) {
      case 'accepted': {
        const entries = await this.#readAll(offer, connection)
        const some = chosenBits(entries, offer.choice?.entries)
        await say({ answer: 'accept', ...(some && { some }) })
        break
      }
      case 'done':
        await say({ answer: 'done', files: offer.doneFiles, bytes: offer.doneBytes })
        break
      case 'declined':
        await say({ answer: offer.stopped ? 'cancel' : 'decline' })
        break
      case 'later':
        await say({ answer: 'later' })
    }
    const now = this.#offers.get(id)
    // The person may have thought better of it meanwhile: then that is told next.
    if (!now || now.state !== offer.state) return
    const told = await this.#change(now, { told: true })
    if (told.state === 'accepted' && !told.started) await this.#start(told)
  }

  /** Starts the downloads of an offer whose sender knows that it is accepted. */
  async #start(offer: ReceivedOffer): Promise<void> {
    try {
      const entries = this.#options.store.receivedEntries(offer.id)
      const started = await this.#downloads.start(offer, entries)
      const now = this.#offers.get(offer.id)
      // It was taken back meanwhile.
      if (!now) return await this.#downloads.cancel(started)
      if (now.state === 'accepted')
        await this.#change(now, { started: true, transfers: started.map(({ id }) => id) })
      for (const transfer of started) this.#downloads.add(transfer)
      this.#look(offer.id)
    } catch (error) {
      if (this.#closed) return
      this.#options.log.warn('an accepted offer could not be started', { cause: String(error) })
      this.#failures.set(offer.id, error)
      const now = this.#offers.get(offer.id)
      if (now?.state === 'accepted') await this.#change(now, { state: 'later', told: false })
      void this.#options.wake(offer.from)
    }
  }

  /** How far the downloads of an offer are: the sender is told, and all being over ends it. */
  #look(id: string): void {
    const offer = this.#offers.get(id)
    if (!offer?.started || this.#closed) return
    const stands = this.#downloads.stand(offer)
    if (stands.kind === 'going') {
      if (offer.state === 'accepted') this.#options.tell(offer.from, stands.progress)
      else if (offer.stopped)
        void this.#settle(offer, { state: 'accepted', stopped: undefined, endedAt: undefined })
      return
    }
    if (offer.state !== 'accepted') return
    const endedAt = this.#options.now()
    if (stands.kind === 'cancelled') void this.#settle(offer, { state: 'declined', stopped: true, endedAt })
    else {
      const { files: doneFiles, bytes: doneBytes } = stands
      void this.#settle(offer, { state: 'done', doneFiles, doneBytes, endedAt })
    }
  }

  async #settle(offer: ReceivedOffer, fields: Fields<ReceivedOffer>): Promise<void> {
    try {
      await this.#change(offer, { ...fields, told: false })
      await this.#options.wake(offer.from)
    } catch (error) {
      this.#options.log.error('the end of an offer could not be stored', { cause: String(error) })
    }
  }

  /** The sender has no such offer, or it is over there. */
  async #refused(offer: ReceivedOffer): Promise<void> {
    if (offer.state === 'done' || offer.state === 'declined') await this.#change(offer, { told: true })
    else await this.#withdrawn(offer)
  }

  async #withdrawn(offer: ReceivedOffer): Promise<void> {
    const isOver = offer.state === 'done' || offer.state === 'declined'
    await this.#forget(offer)
    if (!isOver) await this.#downloads.cancel(offer.transfers.map(id => ({ id })))
  }

  async #readAll(offer: ReceivedOffer, connection?: Letterbox): Promise<readonly OfferedEntry[]> {
    const { store, connect } = this.#options
    const known = store.receivedEntries(offer.id)
    if (known.length === offer.count) return known
    const pages = await readEntries(offer, connection ?? (await connect(offer.from)))
    await store.putPages(offer.id, pages)
    return [...pages.values()].flat()
  }

  #letters(to: PeerId): ReceivedOffer[] {
    return [...this.#offers.values()].filter(({ from, told }) => from === to && !told)
  }

  #isOpen({ state, endedAt = 0 }: ReceivedOffer): boolean {
    if (state === 'waiting' || state === 'later') return true
    return state === 'declined' && this.#options.now() - endedAt <= UNDO_MS
  }

  /** What is over and told is shown until it can't be undone any more. */
  #forgetLater(offer: ReceivedOffer): void {
    if (this.#closed) return
    this.#forgetting.get(offer.id)?.()
    const waitMs = Math.max(0, (offer.endedAt ?? 0) + UNDO_MS - this.#options.now())
    const stop = this.#options.clock.after(waitMs, () => {
      this.#forgetting.delete(offer.id)
      const now = this.#offers.get(offer.id)
      if (now?.endedAt !== undefined && now.told)
        void this.#forget(now).catch(error => this.#options.log.debug('kept', { error: String(error) }))
    })
    this.#forgetting.set(offer.id, stop)
  }

  async #forget({ id }: ReceivedOffer): Promise<void> {
    this.#offers.delete(id)
    this.#forgetting.get(id)?.()
    this.#forgetting.delete(id)
    this.#downloads.forget(id)
    this.#failures.delete(id)
    await this.#options.store.removeReceived(id)
    this.#options.onRemoved(id)
  }

  async #change(offer: ReceivedOffer, fields: Fields<ReceivedOffer>): Promise<ReceivedOffer> {
    const changed = withFields(offer, fields)
    this.#offers.set(offer.id, changed)
    await this.#options.store.putReceived(changed)
    if (this.#offers.get(offer.id) !== changed) return changed // by now it is another, or gone
    if (changed.endedAt !== undefined) this.#forgetLater(changed)
    this.#options.onOffer(this.#shown(changed))
    return changed
  }

  #find(id: string): ReceivedOffer {
    const offer = this.#offers.get(id)
    if (!offer) throw new PeerError('NOT_FOUND', 'There is no such offer. It may have been taken back.')
    return offer
  }

  #shown(offer: ReceivedOffer): Offer {
    const { store, nameOf } = this.#options
    const { id, from, state, files, bytes, count, at, transfers, endedAt } = offer
    const entries = store.receivedEntries(id, LIMITS.offerFirstEntries)
    const undo = state === 'declined' && endedAt !== undefined ? { undoUntil: endedAt + UNDO_MS } : {}
    const about = { id, from, fromName: nameOf(from), name: offerName(entries), state }
    return { ...about, files, bytes, count, entries, at, ...undo, transfers }
  }
}

const ASK: ConsentRule = { kind: 'ask' }

const OVER: { readonly [S in Offer['state']]: string } = {
  waiting: 'waits for an answer',
  later: 'waits for an answer',
  accepted: 'is accepted already',
  done: 'is done',
  declined: 'was declined, and that can’t be undone any more',
}

function allows(rule: ConsentRule, bytes: number): boolean {
  return rule.kind === 'always' || (rule.kind === 'up-to' && bytes <= rule.bytes)
}

function notFound(): PeerError {
  return new PeerError('NOT_FOUND', 'There is no such offer, or it has ended.')
}
