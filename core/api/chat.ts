import type { PeerId } from '../identity/index.js'
import type { Failure } from './failure.js'

export type MessageState = 'waiting' | 'sent' | 'delivered' | 'read' | 'failed'

/** One line of a thread. */
export interface ChatMessage {
  readonly id: string
  /** The other person. */
  readonly thread: PeerId
  readonly from: PeerId
  readonly text: string
  readonly at: number
  readonly state: MessageState
  readonly error?: Failure
}

/** A page of a thread, oldest first. */
export interface HistoryQuery {
  readonly thread: PeerId
  /** Only what was stored before this message id. */
  readonly before?: string
  /** Default 100, at most 300. */
  readonly limit?: number
}

/** Messages. */
export interface ChatApi {
  /** Stores and sends; the message's state says how far it came. */
  send(to: PeerId, text: string): Promise<ChatMessage>
  history(query: HistoryQuery): Promise<readonly ChatMessage[]>
  /** Sets the thread's unread count to 0. */
  markRead(thread: PeerId): Promise<void>
}
