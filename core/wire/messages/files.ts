import * as v from 'valibot'
import { FILE_KINDS } from '../../manifest/index.js'
import { LIMITS } from '../limits.js'
import {
  bytes,
  count,
  fileEntry,
  flag,
  folderEntry,
  folderPath,
  id128,
  path,
  peerId,
  personName,
  root,
  shareVersion,
  text,
  time,
  wireEntry,
} from './fields.js'
import { personRecord } from './people.js'

export type WireEntry = v.InferOutput<typeof wireEntry>

const change = v.variant('op', [
  v.object({ op: v.literal('put'), n: count, entry: wireEntry }),
  v.object({ op: v.literal('delete'), n: count, path }),
])
export type WireChange = v.InferOutput<typeof change>

/**
 * peer -> registry: changes that lead from `base` to `to`, in order of n. The registry takes them when it
 * holds (epoch, base); base 0 starts anew. Else it answers with what it holds and changes nothing.
 */
export const shareData = {
  request: v.object({
    epoch: id128,
    base: count,
    to: count,
    changes: v.pipe(v.array(change), v.maxLength(LIMITS.shareChanges)),
  }),
  answer: v.object({ have: v.optional(shareVersion) }),
}

const sort = v.picklist(['name', 'size', 'mtime'])
export type BrowseSort = v.InferOutput<typeof sort>

/** A page of one folder: folders first, then files. With `deep`, all below it, in path order. */
export const fileBrowse = {
  request: v.object({
    /** Whose share; left out when asked of its owner. */
    owner: v.optional(peerId),
    path: folderPath,
    deep: v.optional(flag),
    /** List the entry at `path` itself in place of what is in it. */
    self: v.optional(flag),
    sort: v.optional(sort),
    descending: v.optional(flag),
    offset: count,
    limit: v.pipe(count, v.minValue(1), v.maxValue(LIMITS.pageEntries)),
  }),
  answer: v.object({
    version: v.optional(shareVersion),
    /** Entries in the whole list; fewer than `limit` in a page does not mean its end. */
    total: count,
    entries: v.pipe(
      v.array(
        v.variant('type', [
          fileEntry,
          /** What lies below a folder. */
          v.object({ ...folderEntry.entries, files: count, bytes: count }),
        ]),
      ),
      v.maxLength(LIMITS.pageEntries),
    ),
  }),
}
export type BrowseRequest = v.InferOutput<typeof fileBrowse.request>
export type BrowseAnswer = v.InferOutput<typeof fileBrowse.answer>
export type BrowseEntry = BrowseAnswer['entries'][number]

const fileKind = v.picklist(FILE_KINDS)

/** peer -> registry, peer -> peer: find entries by name. */
export const fileSearch = {
  request: v.object({
    /** Words that must all match in the path; `-word` excludes, `"exact words"` match as they are. */
    query: v.pipe(v.string(), v.maxLength(LIMITS.queryCharacters)),
    kind: v.optional(fileKind),
    /** Lower case, without the dot. */
    extensions: v.optional(v.pipe(v.array(text(16)), v.maxLength(32))),
    minSize: v.optional(count),
    maxSize: v.optional(count),
    after: v.optional(time),
    before: v.optional(time),
    owner: v.optional(peerId),
    /** Only from people who are online. */
    online: v.optional(flag),
    /** Asked of an owner: only what not everyone may see, for the registry tells of all else. */
    restricted: v.optional(flag),
    offset: count,
    limit: v.pipe(count, v.minValue(1), v.maxValue(LIMITS.pageEntries)),
  }),
  answer: v.object({
    /** Hits known; exact when `complete`. */
    total: count,
    /** False while an index is still being built, or the time budget ran out. */
    complete: flag,
    hits: v.pipe(
      v.array(
        v.object({
          type: v.picklist(['file', 'folder']),
          /** At the first owner. */
          path,
          size: count,
          mtime: time,
          root: v.optional(root),
          owners: v.pipe(
            v.array(v.object({ id: peerId, name: personName, online: flag, path })),
            v.maxLength(100),
          ),
          /** Owners in all, where more than are listed. */
          ownerCount: count,
        }),
      ),
      v.maxLength(LIMITS.pageEntries),
    ),
  }),
}
export type SearchRequest = v.InferOutput<typeof fileSearch.request>
export type SearchAnswer = v.InferOutput<typeof fileSearch.answer>
export type SearchHit = SearchAnswer['hits'][number]

/** peer -> registry: who has this content. */
export const fileSources = {
  request: v.object({ root }),
  answer: v.object({
    sources: v.pipe(
      v.array(
        v.object({
          ...personRecord.entries,
          /** It announced this content: it has it in part, or not in its share. Ask it which pieces. */
          partial: v.optional(flag),
        }),
      ),
      v.maxLength(LIMITS.pageEntries),
    ),
    /** Of the content, where the registry knows it: its bytes, and what it is called somewhere. */
    size: v.optional(count),
    name: v.optional(text(LIMITS.pathPartBytes)),
  }),
}

/**
 * peer -> registry: content of open entries that it has beside its share, in part or whole, and serves. It
 * replaces what was announced before, and is gone with the connection.
 */
export const fileAnnounce = {
  request: v.object({ roots: v.pipe(v.array(root), v.maxLength(LIMITS.announcedRoots)) }),
  answer: v.object({}),
}

/** peer -> peer, on a data connection. The bytes come as FILE_CHUNK frames, then the answer. */
export const fileRequest = {
  request: v.variant('want', [
    /**
     * The root of an entry that was listed without one: answered PENDING while it is hashed. With `offer` the
     * path is one of that offer, else one of the share.
     */
    v.object({ want: v.literal('root'), path, offer: v.optional(id128) }),
    /** The piece layer: 32 bytes a piece. */
    v.object({ want: v.literal('layer'), root, size: count }),
    /** Which pieces it has. */
    v.object({ want: v.literal('have'), root, size: count }),
    /** `count` whole pieces from `first` on; chunk offsets are in the file. */
    v.object({
      want: v.literal('pieces'),
      root,
      size: count,
      first: count,
      count: v.pipe(count, v.minValue(1), v.maxValue(LIMITS.requestPieces)),
    }),
    /** Whole files of at most one piece each; chunk offsets are in their concatenation, sizes as asked. */
    v.object({
      want: v.literal('files'),
      files: v.pipe(
        v.array(v.object({ root, size: v.pipe(count, v.minValue(1), v.maxValue(LIMITS.chunkBytes)) })),
        v.minLength(1),
        v.maxLength(LIMITS.batchFiles),
      ),
    }),
  ]),
  answer: v.object({
    /** Of want 'root'. */
    root: v.optional(root),
    size: v.optional(count),
    /** Of want 'have': a bit a piece, piece 0 the highest of byte 0. */
    have: v.optional(bytes(LIMITS.bitfieldBytes)),
    /** Of want 'files': which of them were left out, and why. */
    failed: v.optional(
      v.pipe(v.array(v.object({ index: count, code: text(32) })), v.maxLength(LIMITS.batchFiles)),
    ),
  }),
}
export type FileRequest = v.InferOutput<typeof fileRequest.request>
export type FileAnswer = v.InferOutput<typeof fileRequest.answer>
