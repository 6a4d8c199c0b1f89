import { setImmediate } from 'node:timers/promises'
import { ShareDigest } from '../manifest/index.js'
import type { PublishedShare } from './publisher.js'

/** Entries that are looked at before others may run: less than 10 ms. */
const SLICE = 1_000

/** Knows the digest of the open part of a share, which is made once for each version it is asked for. */
export class DigestKeeper {
  readonly #share: PublishedShare
  #kept: { readonly version: string; readonly text: string } | undefined

  constructor(share: PublishedShare) {
    this.#share = share
  }

  /** Undefined when the share changes meanwhile: then there is a delta, which tells more. */
  async digest(signal: AbortSignal): Promise<string | undefined> {
    const version = this.#version
    if (this.#kept?.version === version) return this.#kept.text
    const digest = new ShareDigest()
    const { n } = this.#share.version
    for (let at = 0; at < n; ) {
      const cut = this.#share.changesSince(at, SLICE)
      if (cut === 'start-over' || cut.to <= at) return undefined
      for (const change of cut.changes) if (change.op === 'put') digest.add(change.entry)
      at = cut.to
      await setImmediate()
      signal.throwIfAborted()
      if (this.#version !== version) return undefined
    }
    this.#kept = { version, text: digest.text }
    return digest.text
  }

  get #version(): string {
    const { epoch, n } = this.#share.version
    return `${epoch} ${n}`
  }
}
