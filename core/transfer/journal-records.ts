import * as v from 'valibot'
import type { Failure } from '../api/index.js'
import { isErrorCode, PeerError } from '../errors/index.js'
import { isPeerId, type PeerId } from '../identity/index.js'
import { isRoot, type Root } from '../manifest/index.js'
import { remotePathFault } from '../paths/index.js'
import type { PlannedEntry } from './plan.js'

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const failure = v.custom<Failure>(
  value =>
    typeof value === 'object' &&
    value !== null &&
    isErrorCode((value as { code?: unknown }).code) &&
    typeof (value as { message?: unknown }).message === 'string',
)

const transferRecord = v.object({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  name: v.string(),
  type: v.picklist(['file', 'folder']),
  owner: v.optional(v.custom<PeerId>(isPeerId)),
  ownerName: v.optional(v.string()),
  /** The offer that it was accepted from; what is received so is never served again nor announced. */
  offer: v.optional(v.string()),
  /** The real folder it goes into, decided once. */
  folder: v.pipe(v.string(), v.minLength(1)),
  /** Its name there, decided once; of a file, final when it is placed. */
  targetName: v.pipe(v.string(), v.minLength(1)),
  /** Whether the folder of that name was made, and so is ours. */
  targetMade: v.boolean(),
  /** What becomes of a file whose place is taken by another. */
  onConflict: v.optional(v.picklist(['keep-both', 'overwrite', 'skip'])),
  /** It goes into the folder that an earlier download of the same thing made. */
  update: v.optional(v.boolean()),
  /** Where its partial files lie. */
  tmp: v.pipe(v.string(), v.minLength(1)),
  wish: v.picklist(['run', 'pause', 'cancel']),
  /** Who gets a place first; older records have neither. */
  priority: v.optional(v.picklist(['high', 'normal', 'low'])),
  order: v.optional(v.pipe(v.number(), v.finite())),
  finished: v.boolean(),
  failure: v.optional(failure),
  /** Whether all entries are listed; a list that broke off can't be told from a whole one without it. */
  listed: v.boolean(),
  entries: whole,
  files: whole,
  total: whole,
  createdAt: whole,
  finishedAt: v.optional(whole),
})

/** What the journal holds of one transfer. */
export type TransferRecord = Readonly<v.InferOutput<typeof transferRecord>>

const entryPage = v.array(
  v.object({
    type: v.picklist(['file', 'folder']),
    path: v.pipe(
      v.string(),
      v.check(path => path === '' || remotePathFault(path) === undefined),
    ),
    remotePath: v.string(),
    size: whole,
    mtime: v.pipe(v.number(), v.safeInteger()),
    root: v.optional(v.custom<Root>(isRoot)),
    exec: v.optional(v.boolean()),
  }),
)

const pieceRecord = v.object({
  bits: v.custom<Buffer>(value => Buffer.isBuffer(value)),
  /** Set before the file is moved to this place: a crash in between is told by it. */
  placing: v.optional(v.string()),
})

/** What the journal holds of one file of more than one piece that is being fetched. */
export type PieceRecord = Readonly<v.InferOutput<typeof pieceRecord>>

/** Reads a transfer's record; JOURNAL_CORRUPT when it is none. */
export function parseTransferRecord(value: unknown): TransferRecord {
  return parse(transferRecord, value)
}

/** Reads a page of entries; JOURNAL_CORRUPT when it is none. */
export function parseEntryPage(value: unknown): PlannedEntry[] {
  return parse(entryPage, value) as PlannedEntry[]
}

/** Reads a file's pieces; JOURNAL_CORRUPT when they are none. */
export function parsePieceRecord(value: unknown): PieceRecord {
  return parse(pieceRecord, value)
}

/** The error of a journal that can't be read. */
export function journalCorrupt(cause?: unknown): PeerError {
  return new PeerError(
    'JOURNAL_CORRUPT',
    'What was noted about this download is damaged. Remove it from the list and download it again; finished files are untouched.',
    { cause },
  )
}

function parse<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  throw journalCorrupt(result.issues[0].message)
}
