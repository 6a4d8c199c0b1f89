import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { ChatMessage, ChatThread, ThreadId } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { Collection } from './collection.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

/** Messages a page of history. */
const PAGE = 100
/** People whose last message is looked up at the start, those seen last first. */
const THREADS_LOOKED_UP = 200

/** A conversation on the screen. */
export interface Thread {
  readonly id: ThreadId
  readonly messages: Collection<ChatMessage>
  readonly state: ReadonlySignal<LoadState>
  /** Whether there are older messages than those here. */
  readonly hasOlder: ReadonlySignal<boolean>
}

export interface Chat {
  readonly open: ReadonlySignal<Thread | undefined>
  /** The newest message of each thread. */
  last(thread: ThreadId): ChatMessage | undefined
  /** What is written and not yet sent. */
  draft(thread: ThreadId): string
  setDraft(thread: ThreadId, text: string): void
  openThread(thread: ThreadId): Promise<void>
  closeThread(): void
  /** Looks up the last message of these people. */
  loadLast(people: readonly ThreadId[]): Promise<void>
  loadOlder(): Promise<void>
  /** Reads the open thread anew. */
  reload(): Promise<void>
  apply(message: ChatMessage): void
  /** A thread that was emptied is read anew. */
  applyThread(thread: ChatThread): void
  send(text: string): Promise<boolean>
  markRead(thread: ThreadId): void
}

export function createChat(peer: Pick<AppPeer, 'chat'>, notices: Notices): Chat {
  const open = signal<MutableThread | undefined>(undefined)
  const last = signal<ReadonlyMap<ThreadId, ChatMessage>>(new Map())
  const drafts = signal<ReadonlyMap<ThreadId, string>>(new Map())

  const note = (messages: readonly ChatMessage[]) => {
    const next = new Map(last.value)
    for (const message of messages) {
      const known = next.get(message.thread)
      if (!known || known.at <= message.at || known.id === message.id) next.set(message.thread, message)
    }
    last.value = next
  }
  const read = async (thread: MutableThread) => {
    thread.messages.begin()
    try {
      const page = await peer.chat.history({ thread: thread.id, limit: PAGE })
      batch(() => {
        thread.messages.finish(page)
        thread.hasOlder.value = page.length === PAGE
        thread.state.value = READY
        note(page.slice(-1))
      })
    } catch (error) {
      thread.state.value = { kind: 'failed', failure: failureOf(error) }
    }
  }

  return {
    open: computed(() => open.value),
    last: thread => last.value.get(thread),
    draft: thread => drafts.value.get(thread) ?? '',
    setDraft(thread, text) {
      drafts.value = new Map(drafts.value).set(thread, text)
    },
    async openThread(id) {
      if (open.value?.id === id) return
      const thread = newThread(id)
      open.value = thread
      await read(thread)
    },
    closeThread() {
      open.value = undefined
    },
    async loadLast(people) {
      const found: ChatMessage[] = []
      for (const thread of people.slice(0, THREADS_LOOKED_UP)) {
        try {
          found.push(...(await peer.chat.history({ thread, limit: 1 })))
        } catch {
          return // the link is gone; it is asked again when that is back
        }
      }
      note(found)
    },
    async loadOlder() {
      const thread = open.value
      const oldest = thread?.messages.at(0)
      if (!thread || !oldest || !thread.hasOlder.value || thread.isLoadingOlder) return
      thread.isLoadingOlder = true
      await notices.attempt(async () => {
        const page = await peer.chat.history({ thread: thread.id, before: oldest.id, limit: PAGE })
        batch(() => {
          for (const message of page) thread.messages.put(message)
          thread.hasOlder.value = page.length === PAGE
        })
      })
      thread.isLoadingOlder = false
    },
    async reload() {
      if (open.value) await read(open.value)
    },
    apply(message) {
      note([message])
      if (open.value?.id === message.thread) open.value.messages.put(message)
    },
    applyThread(thread) {
      if (thread.last) return
      const next = new Map(last.value)
      next.delete(thread.id)
      last.value = next
      if (open.value?.id === thread.id) void read(open.value)
    },
    async send(text) {
      const thread = open.value
      if (!thread) return false
      return notices.attempt(async () => {
        const message = await peer.chat.send(thread.id, text)
        note([message])
        if (!thread.messages.get(message.id)) thread.messages.put(message) // an event may have come first
      })
    },
    markRead(thread) {
      // A failure shows itself: the count stays, and the next look at the thread tries again.
      peer.chat.markRead(thread).catch(() => {})
    },
  }
}

interface MutableThread extends Thread {
  readonly state: Signal<LoadState>
  readonly hasOlder: Signal<boolean>
  isLoadingOlder: boolean
}

function newThread(id: ThreadId): MutableThread {
  return {
    id,
    messages: new Collection<ChatMessage>({ id: message => message.id, compare: compareMessages }),
    state: signal<LoadState>(LOADING),
    hasOlder: signal(false),
    isLoadingOlder: false,
  }
}

function compareMessages(a: ChatMessage, b: ChatMessage): number {
  return a.at - b.at || a.tick - b.tick || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
