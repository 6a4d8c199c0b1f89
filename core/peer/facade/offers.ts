import { isAbsolute, resolve } from 'node:path'
import type { AcceptChoice, ConsentRule, Peer, SendRequest } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import { parsePeerId } from '../../identity/index.js'
import { LIMITS } from '../../wire/index.js'
import type { Parts } from '../parts.js'
import { countOf, pageSize, textOf } from './given.js'

/** The methods of sending with consent; what comes in is checked here. */
export function offersOf({ offers, trust }: Parts): Peer['offers'] {
  const idOf = (id: unknown) => textOf(id, 'Name an offer.').toLowerCase()
  return {
    list: async () => offers.list(),
    entries: async (id, { offset = 0, limit = LIMITS.pageEntries } = {}) =>
      offers.entries(idOf(id), countOf(offset), pageSize(limit)),
    async send(given) {
      const request = sendRequest(given)
      for (const to of request.to) trust.check(to)
      return offers.send(request)
    },
    async accept(given, choice = {}) {
      const id = idOf(given)
      const offer = offers.list().find(one => one.id === id)
      if (offer) trust.check(offer.from)
      return offers.accept(id, acceptChoice(choice))
    },
    decline: async id => offers.decline(idOf(id)),
    later: async id => offers.later(idOf(id)),
    rules: async () => offers.rules(),
    setRule: async (person, rule) =>
      offers.setRule(parsePeerId(textOf(person, 'Say for whom the rule is.')), consentRule(rule)),
  }
}

function sendRequest({ to, paths }: SendRequest): SendRequest {
  return {
    to: listOf(to, 'Say to whom, as a list of ids.').map(id => parsePeerId(textOf(id, 'Say to whom.'))),
    paths: listOf(paths, 'Say what to send, as a list of paths.').map(path =>
      resolve(textOf(path, 'Name a file or folder.')),
    ),
  }
}

function acceptChoice({ entries, target, rename }: AcceptChoice): AcceptChoice {
  if (target !== undefined && !isAbsolute(textOf(target, 'Name a folder.')))
    throw new PeerError('BAD_PATH', 'Give the folder with its full path.')
  if (rename !== undefined && (typeof rename !== 'object' || rename === null || Array.isArray(rename)))
    throw new PeerError('BAD_INPUT', 'New names are given by path.')
  return {
    ...(entries !== undefined && {
      entries: listOf(entries, 'Name what to accept, as a list of paths.').map(path =>
        textOf(path, 'Name what to accept.'),
      ),
    }),
    ...(target !== undefined && { target: resolve(target) }),
    ...(rename !== undefined && { rename: { ...rename } }),
  }
}

function consentRule(rule: ConsentRule): ConsentRule {
  switch (rule?.kind) {
    case 'ask':
    case 'always':
    case 'never':
      return { kind: rule.kind }
    case 'up-to':
      if (!Number.isSafeInteger(rule.bytes) || rule.bytes < 0)
        throw new PeerError('BAD_INPUT', 'How much is accepted is a whole number of bytes.')
      return { kind: 'up-to', bytes: rule.bytes }
    default:
      throw new PeerError('BAD_INPUT', 'A rule is ask, always, never, or up-to with a number of bytes.')
  }
}

function listOf(value: unknown, sentence: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new PeerError('BAD_INPUT', sentence)
}
