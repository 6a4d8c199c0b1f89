import { type EntryReason, FILE_KINDS, type FileKind } from '../manifest/index.js'
import type { WireEntry } from '../wire/index.js'
import { kindOf } from './kinds.js'

const REASONS: readonly (EntryReason | undefined)[] = [
  undefined,
  'unreadable',
  'broken-link',
  'cycle',
  'leaves-import',
  'not-a-file',
  'bad-name',
  'too-deep',
]
const KINDS: readonly (FileKind | undefined)[] = [undefined, ...FILE_KINDS]

// Bits 2 to 4 are the reason, bits 5 to 7 the kind. A folder can be implicit, and a file can be executed.
export const FOLDER = 1
export const IMPLICIT = 2
export const EXEC = 2
const REASON_SHIFT = 2
const KIND_SHIFT = 5

/** What an entry of this name says, as bits. */
export function flagsOf(entry: WireEntry, name: string): number {
  if (entry.type === 'folder') return FOLDER_FLAGS | reasonBits(entry.reason)
  return (entry.exec ? EXEC : 0) | reasonBits(entry.reason) | (kindNumber(kindOf(name)) << KIND_SHIFT)
}

export function reasonOf(flags: number): EntryReason | undefined {
  return REASONS[(flags >> REASON_SHIFT) & 7]
}

/** The number of the kind, as `kindNumber` gives it. */
export function kindOfFlags(flags: number): number {
  return (flags >> KIND_SHIFT) & 7
}

/** The number a kind is kept as; 0 for none. */
export function kindNumber(kind: FileKind | undefined): number {
  return Math.max(0, KINDS.indexOf(kind))
}

/** Those of a folder that nothing else is known of. */
export const FOLDER_FLAGS = FOLDER | (kindNumber('folder') << KIND_SHIFT)

function reasonBits(reason: EntryReason | undefined): number {
  return Math.max(0, REASONS.indexOf(reason)) << REASON_SHIFT
}
