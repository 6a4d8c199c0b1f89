import type { ShareVersion } from '../../../core/manifest/index.js'
import type { WireChange } from '../../../core/wire/index.js'

const WORDS = [
  'holiday',
  'lecture',
  'notes',
  'album',
  'season',
  'draft',
  'report',
  'guitar',
  'garden',
  'winter',
]

/** A share of made-up files that only grows. */
export class GrowingShare {
  readonly #epoch: string
  readonly #chance: () => number
  #n = 0

  constructor(epoch: string, chance: () => number) {
    this.#epoch = epoch
    this.#chance = chance
  }

  get version(): ShareVersion {
    return { epoch: this.#epoch, n: this.#n }
  }

  /** So many new files, as the delta that brings them. */
  grow(files: number): { epoch: string; base: number; to: number; changes: WireChange[] } {
    const base = this.#n
    const changes = Array.from({ length: files }, (_, i): WireChange => {
      const n = base + i + 1
      const path = `${word(this.#chance)} ${word(this.#chance)} ${n}.${this.#chance() < 0.5 ? 'pdf' : 'mp3'}`
      return { n, op: 'put', entry: { type: 'file', path, size: 1_000 + n, mtime: 1_700_000_000_000 } }
    })
    this.#n += files
    return { epoch: this.#epoch, base, to: this.#n, changes }
  }
}

/** A word that is in many of those files. */
export function word(chance: () => number): string {
  return WORDS[Math.floor(chance() * WORDS.length)] ?? ''
}
