import type { PeerId, ThreadId } from '../identity/index.js'
import type { Key } from '../store/index.js'
import type { Stamp } from '../wire/index.js'

/** A message as it is kept; its id and stamp are in its key. */
export interface MessageRow {
  readonly from: PeerId
  readonly text: string
  readonly replyTo?: string
  readonly file?: FileRow
  /** The stamp of the edit that the text is of. */
  readonly edited?: Stamp
  readonly deleted?: true
  /** The last of each person, also one that was taken back: it says what came before it. */
  readonly reactions?: Readonly<Record<PeerId, ReactionRow>>
  /** Why it was not sent. */
  readonly error?: { readonly code: string; readonly message: string }
}

export interface FileRow {
  readonly offer: string
  readonly name: string
  readonly size: number
  readonly thumbnail?: Buffer
}

export interface ReactionRow extends Stamp {
  readonly reaction: string
}

/** A message with its place in its thread. */
export interface PlacedMessage extends Stamp {
  readonly id: string
  readonly row: MessageRow
}

/**
 * What is known of a thread. How far its messages came is told by marks, not in each of them: what one writes
 * is delivered and read in the order of its stamps.
 */
export interface ThreadRow {
  /** The highest stamp of all records seen in it, but for what failed. */
  readonly clock?: Stamp
  /** The highest stamp of what others wrote. */
  readonly theirs?: Stamp
  readonly unread: number
  /** Whether the person here has ever written in it. */
  readonly answered?: true
  /** What came before that, for what a stranger may write is limited. */
  readonly unanswered?: number
  /** How far one's own messages were delivered, and read. */
  readonly delivered?: Stamp
  readonly read?: Stamp
  /** How far the person here has read, and how far that was told to the other side. */
  readonly seen?: Stamp
  readonly told?: Stamp
  readonly draft?: string
  readonly muted?: true
}

export const EMPTY_THREAD: ThreadRow = { unread: 0 }

export function messageKey(thread: ThreadId, { at, tick }: Stamp, id: string): Key {
  return [thread, at, tick, id]
}

/** The message in a row of the table. */
export function placedMessage(key: Key, row: MessageRow): PlacedMessage {
  const [, at, tick, id] = key as [string, number, number, string]
  return { at, tick, id, row }
}
