import type { ChatMessage, Person } from '../../../core/browser.js'
import { SAMPLE_NOW } from './samples.js'

const TALK = [
  'Hi! Do you still have the lecture recordings?',
  'Yes, all of them. They are in Lectures, help yourself.',
  'Perfect. Is number 7 the one about consensus?',
  'Number 8. 7 is clocks: https://en.wikipedia.org/wiki/Lamport_timestamp',
  'Downloading both.\nThank you!',
  'Any time!',
]

/** A talk with this person, of so many messages; `text` may change what is said. */
export function conversation(
  person: Person,
  me: ChatMessage['from'],
  count: number,
  text: (of: string) => string,
): ChatMessage[] {
  return Array.from({ length: count }, (_, n) => ({
    id: (n + 1).toString(16).padStart(32, '0'),
    thread: person.id,
    from: n % 2 === 0 ? person.id : me,
    text: text(TALK[n % TALK.length] ?? 'Hello'),
    at: SAMPLE_NOW - (count - n) * 95_000,
    tick: 0,
    state: 'read' as const,
  }))
}

/** One unread message. */
export function unreadFrom(person: Person, text: (of: string) => string): ChatMessage {
  return {
    id: 'f'.repeat(32),
    thread: person.id,
    from: person.id,
    text: text('Can you share the photos from Saturday?'),
    at: SAMPLE_NOW - 40_000,
    tick: 0,
    state: 'delivered',
  }
}
