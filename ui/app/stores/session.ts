import { batch } from '@preact/signals'
import type { PeerEvent } from '../../../core/browser.js'
import type { Host } from '../host.js'
import { type Browse, createBrowse } from './browse.js'
import { type Chat, createChat } from './chat.js'
import { createDoctor, type Doctor } from './doctor.js'
import { startFeed } from './feed.js'
import { createFollowing, type Following } from './following.js'
import { createNotices, type Notices } from './notices.js'
import { createOffers, type Offers } from './offers.js'
import { createPeople, type People } from './people.js'
import { createPreview, type Preview } from './preview.js'
import { createRules, type Rules } from './rules.js'
import { createSavedSearches, type SavedSearches } from './saved-searches.js'
import { createSearch, type Search } from './search.js'
import { createShare, type Share } from './share.js'
import { createStatus, type Status } from './status.js'
import { createTransfers, type Transfers } from './transfers.js'

/** All stores over one peer. */
export interface Session {
  readonly notices: Notices
  readonly status: Status
  readonly people: People
  readonly transfers: Transfers
  readonly following: Following
  readonly preview: Preview
  readonly offers: Offers
  readonly rules: Rules
  readonly search: Search
  readonly saved: SavedSearches
  readonly browse: Browse
  readonly chat: Chat
  readonly doctor: Doctor
  readonly share: Share
  close(): void
}

/**
 * Makes the stores and keeps them true: subscribes first, loads each time the link opens, then merges
 * events, one batch a call of `schedule`.
 */
export function createSession(
  host: Pick<Host, 'peer' | 'watchLink'>,
  schedule: (run: () => void) => void,
): Session {
  const { peer } = host
  const notices = createNotices()
  const status = createStatus(peer, notices)
  const people = createPeople(peer, notices)
  const transfers = createTransfers(peer, notices)
  const offers = createOffers(peer, notices)
  const chat = createChat(peer, notices)
  const share = createShare(peer, notices)
  const search = createSearch(peer)
  const session = {
    notices,
    status,
    people,
    transfers,
    following: createFollowing(peer, notices),
    preview: createPreview(peer, notices),
    offers,
    rules: createRules(peer, notices),
    chat,
    doctor: createDoctor(peer),
    share,
    search,
    saved: createSavedSearches(peer, search, notices),
    browse: createBrowse(peer, transfers, notices),
  }
  const stopFeed = startFeed(
    peer,
    events =>
      batch(() => {
        for (const event of events) apply(session, event)
      }),
    schedule,
  )
  const stopLink = host.watchLink(link => {
    status.applyLink(link)
    if (link.kind === 'open') void loadAll(session)
  })
  return {
    ...session,
    close() {
      stopLink()
      stopFeed()
    },
  }
}

type Stores = Omit<Session, 'close'>

async function loadAll(stores: Stores): Promise<void> {
  const { status, people, transfers, following, offers, rules, saved, share, chat, browse } = stores
  await Promise.all([
    status.load(),
    people.load(),
    transfers.load(),
    following.load(),
    offers.load(),
    rules.load(),
    saved.load(),
    share.load(),
    chat.reload(),
    browse.reload(),
  ])
  const progress = status.me.value?.share
  if (progress) share.applyProgress(progress)
  await chat.loadLast(people.list.all().map(person => person.id))
}

function apply(stores: Stores, event: PeerEvent): void {
  switch (event.kind) {
    case 'person':
      stores.people.apply(event.person)
      break
    case 'key-changed':
      stores.people.apply(event.person)
      break
    case 'transfer':
      stores.transfers.apply(event.transfer)
      break
    case 'transfer-removed':
      stores.transfers.applyRemoved(event.id)
      break
    case 'offer':
      stores.offers.apply(event.offer)
      break
    case 'offer-removed':
      stores.offers.applyRemoved(event.id)
      break
    case 'saved-search':
      stores.saved.apply(event.search)
      break
    case 'saved-search-removed':
      stores.saved.applyRemoved(event.id)
      break
    case 'subscription':
      stores.following.apply(event.subscription)
      break
    case 'subscription-removed':
      stores.following.applyRemoved(event.id)
      break
    case 'message':
      stores.chat.apply(event.message)
      break
    case 'thread':
      stores.chat.applyThread(event.thread)
      break
    case 'typing':
      break
    case 'share':
      stores.share.applyProgress(event.progress)
      break
    case 'registry':
      stores.status.applyRegistry(event.registry)
      break
    case 'registries':
      stores.status.applyFound(event.found)
      break
    case 'settings':
      stores.status.applySettings(event.settings)
      break
    case 'closed':
      break // the link tells it
    default:
      event satisfies never
  }
}
