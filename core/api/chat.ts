import type { PeerId, ThreadId } from '../identity/index.js'
import type { Failure } from './failure.js'

export type MessageState = 'waiting' | 'sent' | 'delivered' | 'read' | 'failed'

/** One message of a thread. Messages stand in the order of `at`, then `tick`, then `id`, the same for everyone. */
export interface ChatMessage {
  readonly id: string
  /** The other person, or the group. */
  readonly thread: ThreadId
  readonly from: PeerId
  /** Empty for a file, and once it was deleted. */
  readonly text: string
  /** ms since 1970 by the thread's clock, which is never behind what its writer had seen. */
  readonly at: number
  readonly tick: number
  /** Of one's own: how far it came. What others wrote is 'delivered'. */
  readonly state: MessageState
  /** Why it failed. */
  readonly error?: Failure
  /** What it answers. */
  readonly quote?: Quote
  /** When its author changed the text. */
  readonly editedAt?: number
  readonly deleted?: true
  readonly reactions?: readonly Reaction[]
  readonly file?: OfferedFile
}

/** The message that another one answers; without `from` it is not in this history. */
export interface Quote {
  readonly id: string
  readonly from?: PeerId
  /** The beginning of its text, or its file's name; empty when it was deleted. */
  readonly text: string
}

/** What some people think of a message. */
export interface Reaction {
  readonly reaction: string
  readonly by: readonly PeerId[]
}

/** An offer of files that stands in a thread. */
export interface OfferedFile {
  /** Its id among the offers, and that of the sender's transfer. */
  readonly offer: string
  readonly name: string
  readonly size: number
  /** A small picture of it, as a `data:` URL. */
  readonly thumbnail?: string
}

/** What can be written. */
export interface NewMessage {
  readonly text: string
  /** The id of the message that it answers. */
  readonly replyTo?: string
}

/** A thread in the list of all. */
export interface ChatThread {
  readonly id: ThreadId
  readonly last?: ChatMessage
  readonly unread: number
  readonly muted: boolean
  /** What was written and not sent. */
  readonly draft?: string
}

/** A page of a thread, oldest first. */
export interface HistoryQuery {
  readonly thread: ThreadId
  /** Only what stands before this message id. */
  readonly before?: string
  /** Default 100, at most 300. */
  readonly limit?: number
}

/** Messages. A thread is that of a person, by their peer id, or that of a group. */
export interface ChatApi {
  /** Those with something in them, the newest first. */
  threads(): Promise<readonly ChatThread[]>
  /** Stores and sends; the message's state says how far it came. */
  send(thread: ThreadId, message: string | NewMessage): Promise<ChatMessage>
  /** Changes the text of a message of one's own, here and at the others. */
  edit(thread: ThreadId, id: string, text: string): Promise<ChatMessage>
  /** Takes the words of a message of one's own away, here and at the others; that it was there stays. */
  remove(thread: ThreadId, id: string): Promise<ChatMessage>
  /** Sets one's reaction to a message; the same again takes it back. */
  react(thread: ThreadId, id: string, reaction: string): Promise<ChatMessage>
  /** Sends what failed once more, as if it were written now. */
  retry(thread: ThreadId, id: string): Promise<ChatMessage>
  history(query: HistoryQuery): Promise<readonly ChatMessage[]>
  /** Sets the thread's unread count to 0, and lets the others know where `readReceipts` is set. */
  markRead(thread: ThreadId): Promise<void>
  /** Lets the others know that something is being written. Call it at each key: it is told every few seconds. */
  typing(thread: ThreadId): Promise<void>
  /** Keeps what is written and not sent; empty for nothing. */
  setDraft(thread: ThreadId, text: string): Promise<void>
  /** Whether this thread is not to disturb. */
  setMuted(thread: ThreadId, muted: boolean): Promise<void>
  /** Forgets what was said in one thread or all, here only; what waits to be sent is not sent any more. */
  clear(thread: ThreadId | 'all'): Promise<void>
}
