import type { ChatMessage } from '../../core/index.js'
import { isoTime } from './output/index.js'

/** A message as programs read it. */
export function messageObject({ id, thread, from, text, at, state, error }: ChatMessage): object {
  return { event: 'message', id, thread, from, text, at: isoTime(at), state, error }
}
