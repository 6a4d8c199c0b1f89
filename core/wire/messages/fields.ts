import * as v from 'valibot'
import { isPeerId, type PeerId } from '../../identity/index.js'
import { isRoot, type Root } from '../../manifest/index.js'
import { personNameFault, remotePathFault } from '../../paths/index.js'
import { LIMITS } from '../limits.js'

/** A whole number that both CBOR and JavaScript keep exactly. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** Integer milliseconds since 1970 UTC. */
export const time = v.pipe(v.number(), v.safeInteger())
export const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))
export const flag = v.boolean()

/** A text of at most this many UTF-16 units. */
export function text(units: number) {
  return v.pipe(v.string(), v.maxLength(units))
}

export const peerId = v.custom<PeerId>(isPeerId, 'a peer id')
export const root = v.custom<Root>(isRoot, 'a root')
/** Bytes, at most this many. */
export function bytes(most: number) {
  return v.pipe(
    v.custom<Buffer>(value => Buffer.isBuffer(value), 'bytes'),
    v.check(value => value.length <= most, `at most ${most} bytes`),
  )
}
/** The id of a message, transfer or offer: 128 random bits as 32 hex digits. */
export const id128 = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
export const personName = v.pipe(
  v.string(),
  v.maxLength(2 * LIMITS.nameCharacters),
  v.check(name => personNameFault(name) === undefined, 'a name'),
)
/** A path below the share folder. */
export const path = v.pipe(
  v.string(),
  v.maxLength(LIMITS.pathBytes),
  v.check(value => remotePathFault(value) === undefined, 'a path'),
)
/** A folder: a path, or empty for the share itself. */
export const folderPath = v.union([v.literal(''), path])

export const shareVersion = v.object({ epoch: id128, n: count })
/** Of all entries of a share that everyone may see. */
export const shareDigest = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))

/** An entry as it is sent: visibility is left out, for only who may see an entry gets it. */
const reason = v.optional(
  v.picklist(['unreadable', 'broken-link', 'cycle', 'leaves-import', 'not-a-file', 'bad-name', 'too-deep']),
)
export const fileEntry = v.object({
  type: v.literal('file'),
  path,
  size: count,
  mtime: time,
  root: v.optional(root),
  /** Whether it may be executed at its owner. */
  exec: v.optional(flag),
  reason,
})
export const folderEntry = v.object({ type: v.literal('folder'), path, mtime: time, reason })
export const wireEntry = v.variant('type', [fileEntry, folderEntry])

/** Where a peer can be dialled: its ports at each of its addresses. */
export const ports = v.object({ control: port, data: v.pipe(v.array(port), v.maxLength(64)) })
export const addresses = v.pipe(v.array(text(64)), v.maxLength(LIMITS.addresses + 1))
