import { mkdirSync } from 'node:fs'
import type { Transfer } from '../../api/index.js'
import { type Identity, makeIdentity, type PeerId } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import { openStore, type Store } from '../../store/index.js'
import { makeTestFolder, type TestFolder, until } from '../../testing/index.js'
import { createTransfers } from '../create-transfers.js'
import type { DownloadPlan, Source } from '../plan.js'
import type { Transfers, TransfersOptions } from '../transfers.js'
import { createUploads, type Uploads, type UploadsOptions } from '../uploads.js'
import { SharedFolder } from './shared-folder.js'

/** An owner that serves a folder, and a downloader, on loopback. Everything is closed by `close`. */
export class TwoPeers {
  readonly folder: TestFolder
  readonly owner: Identity
  readonly downloader: Identity
  readonly changes: Transfer[] = []
  /** Sources found by root, besides the owner. */
  others: Source[] = []
  ownerOnline = true
  share: SharedFolder | undefined
  uploads: Uploads | undefined
  #store: Store | undefined
  #transfers: Transfers | undefined

  private constructor(folder: TestFolder, owner: Identity, downloader: Identity) {
    this.folder = folder
    this.owner = owner
    this.downloader = downloader
  }

  static async make(): Promise<TwoPeers> {
    const folder = await makeTestFolder('transfer')
    for (const name of ['share', 'downloads', 'tmp', 'db']) mkdirSync(folder.at(name))
    return new TwoPeers(folder, await makeIdentity(), await makeIdentity())
  }

  /** The owner serves what is in its folder now. */
  async serve(options: Partial<UploadsOptions> = {}): Promise<SharedFolder> {
    this.share = new SharedFolder(this.folder.at('share'))
    this.uploads = await createUploads({
      identity: this.owner,
      host: '127.0.0.1',
      ports: 'any',
      workers: 2,
      log: silentLogger,
      grants: this.share,
      ...options,
    })
    return this.share
  }

  get source(): Source {
    return {
      id: this.owner.id,
      name: 'Ann',
      hosts: ['127.0.0.1'],
      dataPorts: this.uploads?.ports ?? [],
    }
  }

  /** The downloader's engine, opened where it is not. */
  async transfers(options: Partial<TransfersOptions> = {}): Promise<Transfers> {
    if (this.#transfers) return this.#transfers
    this.#store = openStore(this.folder.at('db'))
    this.#transfers = await createTransfers({
      identity: this.downloader,
      store: this.#store,
      folders: { tmp: this.folder.at('tmp'), downloads: () => this.folder.at('downloads') },
      workers: 2,
      log: silentLogger,
      sourceOf: async (id: PeerId) => {
        if (this.ownerOnline && id === this.owner.id) return this.source
        throw new Error('offline')
      },
      sourcesOf: async () => this.others,
      onChange: transfer => void this.changes.push(transfer),
      onRemoved: () => {},
      ...options,
    })
    return this.#transfers
  }

  get store(): Store {
    if (!this.#store) throw new Error('the engine is not open')
    return this.#store
  }

  /** Starts a download of a path of the share. */
  async download(path: string, name = path, rules: Pick<DownloadPlan, 'onConflict'> = {}): Promise<Transfer> {
    const transfers = await this.transfers()
    const entries = this.share?.plan(path) ?? []
    return transfers.start({ name, owner: this.owner.id, ownerName: 'Ann', entries, ...rules })
  }

  /** The owner serves what is in its folder by now. */
  async serveAgain(): Promise<SharedFolder> {
    await this.uploads?.close()
    return this.serve()
  }

  find(id: string): Transfer {
    const found = this.#transfers?.list().find(transfer => transfer.id === id)
    if (!found) throw new Error('no such transfer')
    return found
  }

  /** Waits until a transfer has one of these states; gives it. */
  until(id: string, ...states: Transfer['state'][]): Promise<Transfer> {
    return until(`${states} of the transfer`, () => {
      const now = this.find(id)
      return states.includes(now.state) && now
    })
  }

  /** Closes the downloader's side; `transfers` opens it again. */
  async closeDownloader(): Promise<void> {
    await this.#transfers?.close()
    await this.#store?.close()
    this.#transfers = undefined
    this.#store = undefined
  }

  async close(): Promise<void> {
    await this.closeDownloader()
    await this.uploads?.close()
    await this.folder.remove()
  }
}
