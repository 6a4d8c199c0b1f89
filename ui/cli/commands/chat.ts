import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import {
  type ChatMessage,
  type Peer,
  PeerError,
  type Person,
  visibleName,
  visibleText,
} from '../../../core/index.js'
import { type Context, orInterrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { messageObject } from '../message-lines.js'
import { formatTime } from '../output/index.js'
import { usePeer } from '../use-peer.js'

const SHOWN_HISTORY = 20
/** How long a message that was sent may take to be stored there before the command ends without waiting on. */
const RECEIPT_MS = 10_000

/** `chat NAME [TEXT]`: says it, or opens a chat of lines. */
export function chatCommand(run: Run): Command {
  return define(run, {
    usage: 'chat <name> [text...]',
    about: 'send a message, or without text chat line by line',
    work: (context, [who = '', ...words]) =>
      usePeer(context, 'network', async ({ peer }) => {
        const person = await peer.people.find(who)
        const chat = new ChatLines(context, peer, person)
        try {
          if (words.length > 0) await chat.say(words.join(' '))
          else await chat.talk()
        } finally {
          chat.close()
        }
      }),
  })
}

/** One thread on the screen. */
class ChatLines {
  readonly #context: Context
  readonly #peer: Peer
  readonly #person: Person
  readonly #states = new Map<string, ChatMessage>()
  readonly #waiting = new Map<string, () => void>()
  readonly #stop: () => void
  #isLive = false
  #ended: (error?: unknown) => void = () => {}

  constructor(context: Context, peer: Peer, person: Person) {
    this.#context = context
    this.#peer = peer
    this.#person = person
    this.#stop = peer.subscribe(event => {
      if (event.kind === 'message') this.#take(event.message)
      else if (event.kind === 'closed') this.#ended(new PeerError('CLOSED', 'The peer was stopped.'))
    })
  }

  /** Sends one text and waits until it is stored there, or known to wait. */
  async say(text: string): Promise<void> {
    const sent = await this.#peer.chat.send(this.#person.id, text)
    const last = await orInterrupted(this.#context.signal, this.#receipt(sent))
    this.#context.output.object(messageObject(last))
    if (last.state === 'failed') throw failure(last)
    if (last.state === 'waiting')
      this.#context.output.note(
        `It goes when ${visibleName(this.#person.name)} is here and a peer runs on this home.`,
      )
    this.#context.output.line(STATES[last.state])
  }

  /** Shows what was said, then sends each line typed and shows what comes, until the input ends. */
  async talk(): Promise<void> {
    const { output, signal, input } = this.#context
    const { id, name } = this.#person
    for (const message of await this.#peer.chat.history({ thread: id, limit: SHOWN_HISTORY }))
      this.#show(message)
    this.#isLive = true
    await this.#peer.chat.markRead(id)
    if (output.isTerminal) output.note(`You are talking to ${visibleName(name)}. A line sends; Ctrl-D ends.`)
    const peerEnded = new Promise<void>((_, reject) => {
      this.#ended = reject
    })
    peerEnded.catch(() => {})
    await orInterrupted(signal, Promise.race([this.#sendLines(input), peerEnded]))
  }

  close(): void {
    this.#stop()
  }

  async #sendLines(input: AsyncIterable<string>): Promise<void> {
    const receipts: Promise<ChatMessage>[] = []
    for await (const line of input) {
      if (line.trim() === '') continue
      const sent = await this.#peer.chat.send(this.#person.id, line)
      this.#take(sent)
      receipts.push(this.#receipt(sent))
    }
    await Promise.all(receipts)
  }

  /** The message once it is stored there, has failed, or has waited long enough. */
  async #receipt(sent: ChatMessage): Promise<ChatMessage> {
    const now = () => this.#states.get(sent.id) ?? sent
    if (isSettled(now()) || !this.#person.online) return now()
    const late = new AbortController()
    const settled = new Promise<void>(resolve => this.#waiting.set(sent.id, resolve))
    const deadline = delay(RECEIPT_MS, undefined, { signal: late.signal }).catch(() => {})
    await Promise.race([settled, deadline])
    late.abort()
    this.#waiting.delete(sent.id)
    return now()
  }

  #take(message: ChatMessage): void {
    if (message.thread !== this.#person.id) return
    const known = this.#states.get(message.id)
    // The answer to `send` may come after the event that tells more.
    if (known && isSettled(known) && !isSettled(message)) return
    this.#states.set(message.id, message)
    if (isSettled(message)) this.#waiting.get(message.id)?.()
    if (this.#isLive && (!known || known.state !== message.state)) this.#show(message, known !== undefined)
    if (this.#isLive && message.from === this.#person.id)
      void this.#peer.chat.markRead(message.thread).catch(() => {})
  }

  /** A change of state is shown to programs, and to people when it failed. */
  #show(message: ChatMessage, isChange = false): void {
    const { output } = this.#context
    output.object(messageObject(message))
    const isMine = message.from === this.#peer.id
    if (message.state === 'failed') output.note(`Not sent: ${visibleText(failure(message).message)}`)
    // The person's own words are on the terminal already, as they were typed.
    if (isChange || (isMine && this.#isLive && output.isTerminal)) return
    const name = isMine ? 'me' : visibleName(this.#person.name)
    const lines = visibleText(message.text).replaceAll('\n', '\n    ')
    output.line(`${output.colors.dim(formatTime(message.at))} ${output.colors.bold(name)}: ${lines}`)
  }
}

function isSettled({ state }: ChatMessage): boolean {
  return state === 'delivered' || state === 'read' || state === 'failed'
}

function failure({ error }: ChatMessage): PeerError {
  return new PeerError(error?.code ?? 'INTERNAL', error?.message ?? 'The message could not be sent.')
}

const STATES: { readonly [S in ChatMessage['state']]: string } = {
  waiting: 'Stored here.',
  sent: 'Sent.',
  delivered: 'Delivered.',
  read: 'Read.',
  failed: 'Failed.',
}
