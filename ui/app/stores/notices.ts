import { type ReadonlySignal, signal } from '@preact/signals'
import { failureOf } from './failure.js'

/** A short notice in the corner. */
export interface Notice {
  readonly id: number
  readonly kind: 'info' | 'bad'
  readonly text: string
  readonly action?: { readonly label: string; run(): void }
}

/** Notices on the screen at once; the oldest leaves first. */
const SHOWN = 4

export interface Notices {
  readonly list: ReadonlySignal<readonly Notice[]>
  tell(text: string, action?: Notice['action']): void
  /** Shows what went wrong with something the person asked for. */
  fail(error: unknown): void
  /** Runs what the person asked for, and tells when it fails; whether it worked. */
  attempt(work: () => Promise<unknown>): Promise<boolean>
  dismiss(id: number): void
}

export function createNotices(): Notices {
  const list = signal<readonly Notice[]>([])
  let lastId = 0
  const add = (notice: Omit<Notice, 'id'>) => {
    list.value = [...list.value.slice(1 - SHOWN), { ...notice, id: ++lastId }]
  }
  const fail = (error: unknown) => add({ kind: 'bad', text: failureOf(error).message })
  return {
    list,
    tell: (text, action) => add({ kind: 'info', text, ...(action && { action }) }),
    fail,
    async attempt(work) {
      try {
        await work()
        return true
      } catch (error) {
        fail(error)
        return false
      }
    },
    dismiss(id) {
      list.value = list.value.filter(notice => notice.id !== id)
    },
  }
}
