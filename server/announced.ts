import type { PeerId } from '../core/identity/index.js'
import type { Root } from '../core/manifest/index.js'
import type { Connection } from '../core/wire/index.js'

type Announcer = Pick<Connection, 'peerId' | 'ended'>

/** What peers serve beside their shares: content that they are downloading, or have downloaded. */
export class Announced {
  readonly #said = new Map<PeerId, { readonly by: Announcer; readonly roots: readonly Root[] }>()
  readonly #holders = new Map<Root, Set<PeerId>>()

  /** All that a connection announces, in place of what its peer announced before; gone when it ends. */
  set(by: Announcer, roots: readonly Root[]): void {
    const before = this.#said.get(by.peerId)
    this.#forget(by.peerId)
    this.#said.set(by.peerId, { by, roots })
    for (const root of roots) {
      const holders = this.#holders.get(root) ?? new Set<PeerId>()
      this.#holders.set(root, holders.add(by.peerId))
    }
    if (before?.by === by) return
    void by.ended.then(() => {
      if (this.#said.get(by.peerId)?.by === by) this.#forget(by.peerId)
    })
  }

  /** Who announces this content. */
  holders(root: Root): Iterable<PeerId> {
    return this.#holders.get(root) ?? []
  }

  #forget(who: PeerId): void {
    for (const root of this.#said.get(who)?.roots ?? []) {
      const holders = this.#holders.get(root)
      holders?.delete(who)
      if (holders?.size === 0) this.#holders.delete(root)
    }
    this.#said.delete(who)
  }
}
