import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { ChatRecord } from '../wire/index.js'
import type { MessageRow } from './rows.js'
import { compareStamps } from './stamp.js'

/** A record that makes a message. */
export type MessageRecord = Extract<ChatRecord, { readonly kind: 'text' | 'file' }>
/** A record about an earlier message. */
export type ChangeRecord = Exclude<ChatRecord, MessageRecord>

export function isMessageRecord(record: ChatRecord): record is MessageRecord {
  return record.kind === 'text' || record.kind === 'file'
}

/** The row of a message that is new. */
export function newRow(from: PeerId, record: MessageRecord): MessageRow {
  if (record.kind === 'text') {
    const { text, replyTo } = record
    return replyTo ? { from, text, replyTo } : { from, text }
  }
  const { offer, name, size, thumbnail } = record
  return { from, text: '', file: { offer, name, size, ...(thumbnail && { thumbnail }) } }
}

/**
 * The row after a change, undefined where it changes nothing. In whatever order changes come, the end is the same:
 * of two edits or reactions of one person the later stamp counts, and what was deleted stays so.
 */
export function changedRow(row: MessageRow, from: PeerId, change: ChangeRecord): MessageRow | undefined {
  if (change.kind === 'reaction') return withReaction(row, from, change)
  if (row.from !== from)
    throw new PeerError('NOT_ALLOWED', 'Only who wrote a message may change or delete it.')
  if (row.deleted) return undefined
  if (change.kind === 'delete') return { from, text: '', deleted: true }
  if (row.file) throw new PeerError('BAD_INPUT', 'A file in a thread has no text to change.')
  if (row.edited && compareStamps(row.edited, change) >= 0) return undefined
  return { ...row, text: change.text, edited: { at: change.at, tick: change.tick } }
}

function withReaction(
  row: MessageRow,
  from: PeerId,
  { at, tick, reaction }: Extract<ChangeRecord, { kind: 'reaction' }>,
): MessageRow | undefined {
  const known = row.reactions?.[from]
  if (row.deleted || (known && compareStamps(known, { at, tick }) >= 0)) return undefined
  return { ...row, reactions: { ...row.reactions, [from]: { at, tick, reaction } } }
}
