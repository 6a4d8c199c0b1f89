import type { PeerId } from '../identity/index.js'
import type { Asker } from '../share/index.js'
import type { GrantProvider } from '../transfer/index.js'
import type { Handlers } from '../wire/index.js'
import type { Parts } from './parts.js'

/** What this peer answers to other peers on control connections. */
export function answersOf(parts: () => Parts): Handlers {
  return {
    requests: {
      HEARTBEAT_REQUEST: () => ({ time: Date.now() }),
      FILE_BROWSE: (body, from) => parts().share.browse(askerOf(from.peerId), body),
      async MESSAGE(body, from) {
        const { chat, people } = parts()
        // Whoever writes first may be unknown here; their name is asked for before they are shown.
        await people.record(from.peerId).catch(() => {})
        await chat.receive(from.peerId, body)
        people.announce(from.peerId)
        return { stored: true }
      },
    },
  }
}

/** What other peers may fetch from this one. */
export function grantsOf(parts: () => Parts): GrantProvider {
  return {
    grant: (asker, roots) =>
      roots.map(
        root => parts().share.grant(askerOf(asker), root) ?? parts().transfers.served.grant(asker, root),
      ),
    layer: (asker, root) =>
      parts().share.grant(askerOf(asker), root)
        ? parts().share.layer(root)
        : parts().transfers.served.layer(root),
    have: (_asker, root) => parts().transfers.served.have(root),
    rootOf: (asker, path) => parts().share.rootOf(askerOf(asker), path),
  }
}

/** Nobody is verified yet: that comes with comparing words. */
function askerOf(id: PeerId): Asker {
  return { id, verified: false }
}
