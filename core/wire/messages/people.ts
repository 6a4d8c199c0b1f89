import * as v from 'valibot'
import { LIMITS } from '../limits.js'
import {
  addresses,
  count,
  flag,
  peerId,
  personName,
  ports,
  shareDigest,
  shareVersion,
  text,
  time,
} from './fields.js'

const blockList = v.pipe(v.array(peerId), v.maxLength(LIMITS.blockedPeople))
const status = v.picklist(['available', 'away', 'busy'])

/** peer -> registry: register, or come back. */
export const newConnection = {
  request: v.object({
    name: personName,
    ports,
    /** Declared addresses; see DESIGN on which of them are handed out. */
    addresses,
    version: v.optional(shareVersion),
    /** Of the share at that version. */
    digest: v.optional(shareDigest),
    blocked: blockList,
    status: v.optional(status),
    statusText: v.optional(text(140)),
    joinSecret: v.optional(text(128)),
  }),
  answer: v.object({
    registryName: text(64),
    welcome: v.optional(text(2_000)),
    /** The address the registry saw. */
    seen: text(64),
    /** The share version the registry holds of this peer. */
    have: v.optional(shareVersion),
    online: count,
    time,
  }),
}

/** What a registry tells of a person. */
export const personRecord = v.object({
  id: peerId,
  name: personName,
  online: flag,
  lastSeen: time,
  status: v.optional(status),
  statusText: v.optional(text(140)),
  files: count,
  bytes: count,
  hashed: count,
  /** Of someone online. */
  ports: v.optional(ports),
  addresses: v.optional(addresses),
})
export type PersonRecord = v.InferOutput<typeof personRecord>

/** peer -> peer: what the one asked tells of itself, of its share only what the asker may see. */
export const about = {
  request: v.object({}),
  answer: v.object({
    name: personName,
    ports,
    files: count,
    bytes: count,
    hashed: count,
    status: v.optional(status),
    statusText: v.optional(text(140)),
  }),
}

/** Keep-alive and status, both ways; from a peer it may replace the set of people it watches. */
export const heartbeat = {
  request: v.object({
    watch: v.optional(v.pipe(v.array(peerId), v.maxLength(LIMITS.watchedPeople))),
    /** With `watch`: who registers from now on is watched too. */
    newcomers: v.optional(flag),
    status: v.optional(status),
    statusText: v.optional(text(140)),
    /** Replaces the block list of the introduction. */
    blocked: v.optional(blockList),
  }),
  answer: v.object({ time }),
}

/** registry -> peer: what changed of watched people, at most one a second. */
export const presence = v.object({ people: v.pipe(v.array(personRecord), v.maxLength(LIMITS.watchedPeople)) })

/** peer -> registry: a page of people, those online first, then by name. */
export const people = {
  request: v.object({
    /** Only these. */
    ids: v.optional(v.pipe(v.array(peerId), v.maxLength(LIMITS.pageEntries))),
    /** Only the one with this name. */
    name: v.optional(text(2 * LIMITS.nameCharacters)),
    offset: count,
    limit: v.pipe(count, v.maxValue(LIMITS.pageEntries)),
  }),
  answer: v.object({ total: count, people: v.pipe(v.array(personRecord), v.maxLength(LIMITS.pageEntries)) }),
}
