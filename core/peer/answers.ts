import type { PeerId } from '../identity/index.js'
import type { Asker } from '../share/index.js'
import type { GrantProvider } from '../transfer/index.js'
import { type Handlers, tryBack } from '../wire/index.js'
import { AskingPace } from './asking-pace.js'
import { gated } from './gate.js'
import type { Parts } from './parts.js'

const SEARCHES = {
  burst: 10,
  aSecond: 5,
  refusal: 'That were many searches in a short time. Wait a second.',
}
/** A further page of a search costs less than a search. */
const PAGE_COST = 0.2
const TRIES = { burst: 5, aSecond: 0.2, refusal: 'That were many tries in a short time. Wait a few seconds.' }

/** What this peer answers to other peers on control connections. */
export function answersOf(parts: () => Parts): Handlers {
  const searches = new AskingPace(SEARCHES)
  const tries = new AskingPace(TRIES)
  const handlers: Handlers = {
    requests: {
      HEARTBEAT_REQUEST: () => ({ time: Date.now() }),
      ABOUT(_body, from) {
        const { settings, ports, share } = parts()
        const { name, status, statusText } = settings.all()
        return { name, status, statusText, ports, ...share.countsFor(askerOf(parts(), from.peerId)) }
      },
      TRY_ME({ port }, from, signal) {
        tries.take(from.peerId, performance.now())
        return tryBack(parts().identity, from, port, signal)
      },
      FILE_BROWSE: (body, from) => parts().share.browse(askerOf(parts(), from.peerId), body),
      FILE_SEARCH(body, from) {
        const { share, identity, settings } = parts()
        searches.take(from.peerId, performance.now(), body.offset > 0 ? PAGE_COST : 1)
        return share.search(askerOf(parts(), from.peerId), body, {
          id: identity.id,
          name: settings.all().name,
        })
      },
      async MESSAGE(body, from) {
        const { chat, people } = parts()
        // Whoever writes first may be unknown here; their name is asked for before they are shown.
        await people.record(from.peerId).catch(() => {})
        return chat.receive(from.peerId, body)
      },
      async FILE_OFFER(body, from, signal) {
        const { offers, people } = parts()
        await people.record(from.peerId).catch(() => {})
        return offers.requests.FILE_OFFER(body, from, signal)
      },
      OFFER_ENTRIES: (...given) => parts().offers.requests.OFFER_ENTRIES(...given),
      OFFER_ANSWER: (...given) => parts().offers.requests.OFFER_ANSWER(...given),
      OFFER_CANCEL: (...given) => parts().offers.requests.OFFER_CANCEL(...given),
    },
    events: {
      OFFER_PROGRESS: (body, from) => parts().offers.events.OFFER_PROGRESS(body, from),
      TYPING: (_body, from) => parts().chat.typed(from.peerId),
    },
  }
  return gated(handlers, parts)
}

/** What other peers may fetch from this one: what is shared with them, and what they accepted of our offers. */
export function grantsOf(parts: () => Parts): GrantProvider {
  return {
    grant(asker, roots) {
      const { share, offers, transfers, trust } = parts()
      if (trust.refusal(asker)) return roots.map(() => undefined)
      return roots.map(
        root =>
          share.grant(askerOf(parts(), asker), root) ??
          offers.grants.grant(asker, root) ??
          transfers.served.grant(asker, root),
      )
    },
    layer(asker, root) {
      const { share, offers, transfers, trust } = parts()
      if (trust.refusal(asker)) return undefined
      if (share.grant(askerOf(parts(), asker), root)) return share.layer(root)
      return offers.grants.layer(asker, root) ?? transfers.served.layer(root)
    },
    have: (_asker, root) => parts().transfers.served.have(root),
    rootOf(asker, path, offer) {
      const { share, offers, trust } = parts()
      if (trust.refusal(asker)) return undefined
      if (offer === undefined) return share.rootOf(askerOf(parts(), asker), path)
      return offers.grants.rootOf(asker, path, offer)
    },
  }
}

function askerOf({ trust }: Parts, id: PeerId): Asker {
  return { id, verified: trust.isVerified(id) }
}
