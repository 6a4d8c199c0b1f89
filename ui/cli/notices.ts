import {
  type FoundRegistry,
  type Offer,
  type PeerEvent,
  shortId,
  visibleName,
  visibleText,
} from '../../core/index.js'
import { messageObject } from './message-lines.js'
import { offerObject, offerText } from './offer-lines.js'
import { personObject } from './people-lines.js'
import { doneText, failureOf, isOver, stateText, transferObject } from './transfer-lines.js'

/** Something a person would want to be told, for programs and for people. */
export interface Notice {
  readonly object: object
  readonly text: string
}

/**
 * Turns the events of a peer into notices: who comes and goes, messages of others, transfers that change state,
 * how it stands with the registry. Numbers that only move are none.
 */
export class Notices {
  readonly #self: string
  readonly #online = new Map<string, boolean>()
  readonly #states = new Map<string, string>()
  readonly #messages = new Set<string>()
  readonly #offers = new Set<string>()
  readonly #found = new Set<string>()
  #registry: string

  constructor(self: string, registryState: string) {
    this.#self = self
    this.#registry = registryState
  }

  /** The notice that an event gives, if it gives one. */
  take(event: PeerEvent): Notice | undefined {
    switch (event.kind) {
      case 'person':
        return this.#person(event.person)
      case 'transfer':
        return this.#transfer(event.transfer)
      case 'message':
        return this.#message(event.message)
      case 'registry':
        return this.#registryState(event.registry)
      case 'offer':
        return this.#offer(event.offer)
      case 'registries':
        return this.#registries(event.found)
      case 'saved-search':
        return savedSearch(event)
      case 'key-changed':
        return keyChanged(event)
      case 'saved-search-removed':
      case 'transfer-removed':
      case 'offer-removed':
      case 'subscription':
      case 'subscription-removed':
      case 'thread':
      case 'typing':
      case 'share':
      case 'settings':
      case 'closed':
        return undefined
    }
  }

  #person(person: Extract<PeerEvent, { kind: 'person' }>['person']): Notice | undefined {
    const was = this.#online.get(person.id) ?? false
    this.#online.set(person.id, person.online)
    if (was === person.online) return undefined
    const name = visibleName(person.name)
    const text = person.online ? `${name} is online (${shortId(person.id)})` : `${name} has left`
    return { object: { event: 'person', ...personObject(person) }, text }
  }

  #transfer(transfer: Extract<PeerEvent, { kind: 'transfer' }>['transfer']): Notice | undefined {
    const state = `${transfer.state} ${transfer.reason}`
    if (this.#states.get(transfer.id) === state) return undefined
    this.#states.set(transfer.id, state)
    return { object: transferObject(transfer), text: transferText(transfer) }
  }

  /** One that waits for an answer, once. */
  #offer(offer: Offer): Notice | undefined {
    if (offer.state !== 'waiting' || this.#offers.has(offer.id)) return undefined
    this.#offers.add(offer.id)
    return { object: { event: 'offer', ...offerObject(offer) }, text: offerText(offer) }
  }

  #message(message: Extract<PeerEvent, { kind: 'message' }>['message']): Notice | undefined {
    if (message.from === this.#self || this.#messages.has(message.id)) return undefined
    this.#messages.add(message.id)
    const lines = visibleText(message.text).replaceAll('\n', '\n    ')
    return { object: messageObject(message), text: `message from ${shortId(message.from)}: ${lines}` }
  }

  /** A registry that is seen for the first time, while none is joined. */
  #registries(found: readonly FoundRegistry[]): Notice | undefined {
    const fresh = found.find(({ id, address }) => !this.#found.has(`${id} ${address}`))
    if (!fresh) return undefined
    const { id, address } = fresh
    this.#found.add(`${id} ${address}`)
    if (this.#registry.startsWith('connected')) return undefined
    return {
      object: { event: 'registry-found', id, address },
      text: `a registry is on this network: ${address} (${shortId(id)}). To join it: tspeer settings registry ${address}`,
    }
  }

  #registryState({
    state,
    address,
    error,
    welcome,
  }: Extract<PeerEvent, { kind: 'registry' }>['registry']): Notice | undefined {
    // While connected, only what there is to say of the share may change.
    const how = state === 'connected' ? `${state} ${error?.code ?? ''}`.trim() : state
    const wasConnected = this.#registry.startsWith('connected')
    if (this.#registry === how) return undefined
    this.#registry = how
    const why = error ? `: ${visibleName(error.message)}` : ''
    const greeting = wasConnected ? [] : welcomeLines(welcome)
    return {
      object: { event: 'registry', state, address, error, welcome },
      text: [`registry ${address ?? ''} ${state}${why}`, ...greeting].join('\n'),
    }
  }
}

/** What a registry says to who joins, as it may be shown. */
export function welcomeLines(welcome: string | undefined): readonly string[] {
  if (!welcome) return []
  return visibleText(welcome)
    .trim()
    .split('\n')
    .map(line => `  | ${line}`)
}

/** Someone appears under a name that is known by another key. */
function keyChanged({ person, before }: Extract<PeerEvent, { kind: 'key-changed' }>): Notice {
  const name = visibleName(person.name)
  return {
    object: { event: 'key-changed', ...personObject(person), before: before.id },
    text: `WARNING: ${name} has another key now (${shortId(person.id)}, it was ${shortId(before.id)}). Nothing goes on with it until you decide: tspeer verify ${name}#${shortId(person.id)}`,
  }
}

/** What a saved search has just found. */
function savedSearch({ search, found }: Extract<PeerEvent, { kind: 'saved-search' }>): Notice | undefined {
  const [first] = found
  if (!first) return undefined
  const more = found.length > 1 ? ` and ${found.length - 1} more` : ''
  return {
    object: { event: 'saved-search', name: search.name, found },
    text: `new for ${visibleName(search.name)}: ${visibleName(first.name)}${more}`,
  }
}

function transferText(transfer: Parameters<typeof doneText>[0]): string {
  if (transfer.state === 'done') return doneText(transfer)
  if (isOver(transfer)) return visibleName(failureOf(transfer).message)
  return `${visibleName(transfer.name)}: ${stateText(transfer)}`
}
