import { type ChildProcess, fork } from 'node:child_process'
import type { Offer, OfferState, Peer, PeerEvent, PeerOptions, Transfer } from '../../api/index.js'
import { fromPlainError } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import { until } from '../../testing/index.js'
import type { PeerCall, PeerNews, PeerPart } from './peer-child.js'

type Method<P extends PeerPart, M extends keyof Peer[P]> = Extract<
  Peer[P][M],
  (...args: never[]) => Promise<unknown>
>
type Waiting = { resolve(value: unknown): void; reject(error: unknown): void }

/** A whole peer in a process of its own, the last it told, and its end by SIGKILL. */
export class PeerProcess {
  readonly #process: ChildProcess
  readonly #gone: Promise<void>
  readonly #calls = new Map<number, Waiting>()
  readonly offers = new Map<string, Offer>()
  readonly transfers = new Map<string, Transfer>()
  /** Every state that an offer was told in, in order and without repeats. */
  readonly states = new Map<string, OfferState[]>()
  #id: PeerId | undefined
  #joined = false
  #lastCall = 0

  private constructor(options: PeerOptions) {
    this.#process = fork(new URL('./peer-child.js', import.meta.url), { serialization: 'advanced' })
    this.#process.on('message', news => this.#take(news as PeerNews))
    this.#gone = new Promise(resolve => this.#process.once('close', () => resolve()))
    void this.#gone.then(() => {
      for (const { reject } of this.#calls.values()) reject(new Error('the process is gone'))
    })
    this.#process.send(options)
  }

  /** Starts a peer; resolves when it has joined its registry. */
  static async start(options: PeerOptions): Promise<PeerProcess> {
    const peer = new PeerProcess(options)
    await until(`${options.name} to join`, () => peer.#id !== undefined && peer.#joined, undefined, 5)
    return peer
  }

  get id(): PeerId {
    if (!this.#id) throw new Error('it is not ready')
    return this.#id
  }

  get isGone(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** Calls a method of the peer. */
  call<P extends PeerPart, M extends keyof Peer[P] & string>(
    part: P,
    method: M,
    ...args: Parameters<Method<P, M>>
  ): ReturnType<Method<P, M>> {
    return this.#ask({ part, method, args }) as ReturnType<Method<P, M>>
  }

  /** The same; the process is killed as it has answered, or a little later. Gives the answer when it is gone. */
  async lastCall<P extends PeerPart, M extends keyof Peer[P] & string>(
    diesAfterMs: number,
    part: P,
    method: M,
    ...args: Parameters<Method<P, M>>
  ): Promise<Awaited<ReturnType<Method<P, M>>>> {
    const answer = await this.#ask({ part, method, args, diesAfterMs })
    await this.#gone
    return answer as Awaited<ReturnType<Method<P, M>>>
  }

  async kill(): Promise<void> {
    if (!this.isGone) this.#process.kill('SIGKILL')
    await this.#gone
  }

  /** Waits until an offer that it received, or one of them, is in one of these states. */
  offer(id: string | undefined, ...states: OfferState[]): Promise<Offer> {
    return until(
      `offer ${id ?? ''} to be ${states}, not ${id && this.offers.get(id)?.state}`,
      () =>
        [...this.offers.values()].find(
          one => (id === undefined || one.id === id) && states.includes(one.state),
        ),
      undefined,
      5,
    )
  }

  /** Waits until a download or a send is like this. */
  transfer(what: string, holds: (transfer: Transfer) => boolean): Promise<Transfer> {
    return until(what, () => [...this.transfers.values()].find(holds), undefined, 5)
  }

  #ask(call: Omit<PeerCall, 'call'>): Promise<unknown> {
    const number = ++this.#lastCall
    return new Promise((resolve, reject) => {
      this.#calls.set(number, { resolve, reject })
      this.#process.send({ ...call, call: number }, error => error && reject(error))
    })
  }

  #take(news: PeerNews): void {
    switch (news.kind) {
      case 'ready':
        this.#id = news.id
        this.#joined ||= news.registry.state === 'connected'
        for (const offer of news.offers) if (!this.offers.has(offer.id)) this.#offer(offer)
        for (const transfer of news.transfers)
          if (!this.transfers.has(transfer.id)) this.transfers.set(transfer.id, transfer)
        return
      case 'event':
        this.#event(news.event)
        return
      case 'answer':
        this.#calls.get(news.call)?.resolve(news.value)
        this.#calls.delete(news.call)
        return
      case 'refusal':
        this.#calls.get(news.call)?.reject(fromPlainError(news.error))
        this.#calls.delete(news.call)
    }
  }

  #event(event: PeerEvent): void {
    switch (event.kind) {
      case 'offer':
        this.#offer(event.offer)
        return
      case 'offer-removed':
        this.offers.delete(event.id)
        return
      case 'transfer':
        this.transfers.set(event.transfer.id, event.transfer)
        return
      case 'transfer-removed':
        this.transfers.delete(event.id)
        return
      case 'registry':
        this.#joined ||= event.registry.state === 'connected'
    }
  }

  #offer(offer: Offer): void {
    this.offers.set(offer.id, offer)
    const states = this.states.get(offer.id) ?? []
    if (states.at(-1) !== offer.state) states.push(offer.state)
    this.states.set(offer.id, states)
  }
}
