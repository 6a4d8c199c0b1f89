import type { ChatMessage, Quote, Reaction } from '../api/index.js'
import { isErrorCode } from '../errors/index.js'
import type { PeerId, ThreadId } from '../identity/index.js'
import type { FileRow, MessageRow, PlacedMessage, ThreadRow } from './rows.js'
import { compareStamps } from './stamp.js'

/** UTF-16 units of a quoted text. */
const QUOTE_UNITS = 200

/** What showing a message takes beside its row. */
export interface Frame {
  readonly self: PeerId
  readonly thread: ThreadId
  /** What is known of the thread. */
  readonly known: ThreadRow
  readonly find: (id: string) => PlacedMessage | undefined
}

/** The message as front ends see it. */
export function asShown({ id, at, tick, row }: PlacedMessage, frame: Frame): ChatMessage {
  const { thread, self, known, find } = frame
  const { from, text, replyTo, edited, deleted, file, error } = row
  const reactions = reactionsOf(row)
  return {
    id,
    thread,
    from,
    text,
    at,
    tick,
    state: from === self ? ownState({ at, tick, row }, known) : 'delivered',
    ...(error && {
      error: { code: isErrorCode(error.code) ? error.code : 'INTERNAL', message: error.message },
    }),
    ...(replyTo && { quote: quoteOf(replyTo, find(replyTo)) }),
    ...(edited && { editedAt: edited.at }),
    ...(deleted && { deleted }),
    ...(reactions.length > 0 && { reactions }),
    ...(file && { file: fileOf(file) }),
  }
}

function ownState(
  message: Pick<PlacedMessage, 'at' | 'tick' | 'row'>,
  { delivered, read }: ThreadRow,
): ChatMessage['state'] {
  if (message.row.error) return 'failed'
  if (!delivered || compareStamps(message, delivered) > 0) return 'waiting'
  return read && compareStamps(message, read) <= 0 ? 'read' : 'delivered'
}

function quoteOf(id: string, quoted: PlacedMessage | undefined): Quote {
  if (!quoted) return { id, text: '' }
  const { from, text, file } = quoted.row
  return { id, from, text: (file?.name ?? text).slice(0, QUOTE_UNITS).toWellFormed() }
}

function reactionsOf({ reactions = {} }: MessageRow): Reaction[] {
  const byText = new Map<string, PeerId[]>()
  for (const [by, { reaction }] of Object.entries(reactions)) {
    if (reaction === '') continue
    // The keys of the row are the ids of those who reacted.
    byText.set(reaction, [...(byText.get(reaction) ?? []), by as PeerId])
  }
  return [...byText].map(([reaction, by]) => ({ reaction, by }))
}

function fileOf({ offer, name, size, thumbnail }: FileRow): ChatMessage['file'] {
  const type = thumbnail && pictureType(thumbnail)
  if (!type) return { offer, name, size }
  return { offer, name, size, thumbnail: `data:${type};base64,${thumbnail.toString('base64')}` }
}

/** The kind of a small picture by its first bytes; undefined for anything else, which is not shown. */
export function pictureType(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 3).toString('hex') === 'ffd8ff') return 'image/jpeg'
  if (bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a') return 'image/png'
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP')
    return 'image/webp'
  return undefined
}
