import type { Transfer } from '../../api/index.js'
import { type Lan, startLan } from '../../testing/index.js'
import { PeerProcess } from './peer-process.js'

/** Anna, who sends, and Ben, who receives: each a process that can be killed and started again. */
export class KilledPair {
  readonly lan: Lan
  readonly #running = new Map<'anna' | 'ben', PeerProcess>()

  private constructor(lan: Lan) {
    this.lan = lan
  }

  static async make(): Promise<KilledPair> {
    const pair = new KilledPair(await startLan())
    await Promise.all([pair.start('anna'), pair.start('ben')])
    return pair
  }

  get anna(): PeerProcess {
    return this.#find('anna')
  }

  get ben(): PeerProcess {
    return this.#find('ben')
  }

  /** A path in the test's folder; `out` is what Anna sends from. */
  at(...parts: string[]): string {
    return this.lan.folder.at(...parts)
  }

  /** Starts one of them, for the first time or after it was killed. */
  async start(name: 'anna' | 'ben'): Promise<PeerProcess> {
    const home = this.lan.folder.at(name)
    const peer = await PeerProcess.start({
      home,
      name,
      host: '127.0.0.1',
      port: 0,
      registry: this.lan.registry,
    })
    this.#running.set(name, peer)
    return peer
  }

  /** Anna offers something to Ben; gives the id when he has acknowledged it. */
  async offer(...path: string[]): Promise<string> {
    const [send] = await this.anna.call('offers', 'send', { to: [this.ben.id], paths: [this.at(...path)] })
    await this.anna.transfer('it to be offered', isOffered(send?.id))
    return send?.id ?? ''
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(peer => peer.kill()))
    await this.lan.close()
  }

  #find(name: 'anna' | 'ben'): PeerProcess {
    const peer = this.#running.get(name)
    if (!peer) throw new Error(`${name} was not started`)
    return peer
  }
}

/** Whether a transfer is over: done, failed or cancelled. */
export function isOver({ state }: Transfer): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

/** Tells a send of which its receiver has acknowledged the offer. */
export function isOffered(id: string | undefined): (transfer: Transfer) => boolean {
  return one => one.id === id && one.state === 'awaiting-consent' && !one.reason
}
