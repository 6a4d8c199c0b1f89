import { join } from 'node:path'
import type { Failure, Transfer, TransferDetails } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import type { TransferRecord } from './journal-records.js'
import type { Reading } from './reading.js'

/** A download whose journal can't be read: it is shown as failed and can be removed; nothing else is touched. */
export class BrokenDownload {
  readonly id: string
  readonly reading: Pick<Reading, 'page' | 'read' | 'end'> = {
    page: () => {
      throw this.#error()
    },
    read: async () => {
      throw this.#error()
    },
    end: () => {},
  }
  readonly #failure: Failure
  readonly #record: TransferRecord | undefined
  readonly #forget: () => Promise<void>

  constructor(
    id: string,
    failure: Failure,
    options: { readonly record?: TransferRecord; forget(): Promise<void> },
  ) {
    this.id = id
    this.#failure = failure
    this.#record = options.record
    this.#forget = options.forget
  }

  snapshot(): Transfer {
    const { name = 'A download', folder = '', targetName = '', createdAt = 0 } = this.#record ?? {}
    const { files = 0, total = 0 } = this.#record ?? {}
    const nothing = { filesDone: 0, bytes: 0, rate: 0, fetched: 0, wasted: 0, reused: 0, seconds: 0 }
    const shown = {
      id: this.id,
      direction: 'down' as const,
      name,
      files,
      total,
      createdAt,
      target: join(folder, targetName),
    }
    return { ...nothing, ...shown, state: 'failed', error: this.#failure }
  }

  details(): TransferDetails {
    return { id: this.id, sources: [], verified: 0, history: [] }
  }

  async pause(): Promise<void> {
    throw this.#error()
  }

  async resume(): Promise<void> {
    throw this.#error()
  }

  async cancel(): Promise<void> {
    throw this.#error()
  }

  forget(): Promise<void> {
    return this.#forget()
  }

  peerOnline(): void {}

  async close(): Promise<void> {}

  #error(): PeerError {
    return new PeerError(this.#failure.code, this.#failure.message)
  }
}
