import type { PeerId } from '../identity/index.js'
import type { Holders } from './holders.js'
import { beginOf, OwnPart } from './own-part.js'
import { hasBit, type PieceChoice } from './piece-map.js'

/** Files of fewer pieces are fetched from their first piece on: there is little to share out. */
const LEAST_SPREAD_PIECES = 8

/** Which pieces of a file are best asked of whom, by what others who fetch it have and will take. */
export class PieceChoices {
  readonly #holders: Holders
  readonly #self: PeerId | undefined
  readonly #chance: () => number
  readonly #ownParts = new Map<number, OwnPart>()

  constructor(
    holders: Holders,
    { self, chance = Math.random }: { readonly self?: PeerId; readonly chance?: () => number },
  ) {
    this.#holders = holders
    this.#self = self
    this.#chance = chance
  }

  /** What a source has of an entry of so many pieces, and what is wanted most of it. */
  of(source: PeerId, entry: number, pieces: number): PieceChoice {
    const bits = this.#holders.bits(source, entry)
    const copies = this.#holders.copies(entry)
    const choice: PieceChoice = { ...(copies && { copies }), chance: this.#chance }
    if (bits) return { ...choice, has: piece => hasBit(bits, piece) }
    if (!this.#self) return choice
    if (copies) {
      const part = this.#ownPart(entry, this.#self)
      return { ...choice, isOwn: piece => part.has(piece) }
    }
    return pieces < LEAST_SPREAD_PIECES ? choice : { ...choice, begin: beginOf(this.#self, pieces) }
  }

  /** An entry is done. */
  forget(entry: number): void {
    this.#ownParts.delete(entry)
  }

  /** It changes with those who are known to fetch the file. */
  #ownPart(entry: number, self: PeerId): OwnPart {
    const others = this.#holders.partOf(entry)
    const known = this.#ownParts.get(entry)
    if (known?.others.length === others.length && others.every((id, at) => known.others[at] === id))
      return known
    const part = new OwnPart(self, others)
    this.#ownParts.set(entry, part)
    return part
  }
}
