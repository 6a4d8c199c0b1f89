import type { EntryReason } from './entry.js'

/** What of an entry goes into a digest: all that others are told of it. */
export interface DigestedEntry {
  readonly type: 'file' | 'folder'
  readonly path: string
  readonly size?: number
  readonly mtime: number
  readonly root?: string | undefined
  readonly exec?: boolean | undefined
  readonly reason?: EntryReason | undefined
}

/**
 * A digest of all entries of a share, in whatever order: the sum of a 64-bit hash of each. It tells a copy that fell
 * behind by a fault; it does not withstand someone who wants two shares to have the same, which would only harm
 * their own. PROTOCOL.md has its definition.
 */
export class ShareDigest {
  #low = 0
  #high = 0

  add({ type, path, size = 0, mtime, root, exec = false, reason }: DigestedEntry): void {
    const text = `${path}/${type === 'file' ? `f${size}${exec ? 'x' : ''}` : 'd'}/${mtime}/${root ?? ''}/${reason ?? ''}`
    let low = 0x811c9dc5
    let high = 0x9747b28c
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      low = Math.imul(low ^ unit, 0x01000193)
      high = Math.imul(high ^ unit, 0x5bd1e995)
      high ^= high >>> 15
    }
    this.#low = (this.#low + (low >>> 0)) >>> 0
    this.#high = (this.#high + (high >>> 0)) >>> 0
  }

  /** 16 hex digits. */
  get text(): string {
    return hex(this.#high) + hex(this.#low)
  }
}

function hex(part: number): string {
  return part.toString(16).padStart(8, '0')
}
