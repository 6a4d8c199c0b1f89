import { type ReadonlySignal, signal } from '@preact/signals'
import type { Failure, Finding } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { failureOf } from './failure.js'

/** What the peer found when it was asked why somebody can't be reached. */
export interface Examination {
  /** Whom it is about; undefined for the network and the registry alone. */
  readonly who: string | undefined
  readonly state: 'running' | 'done' | 'failed'
  readonly findings: readonly Finding[]
  readonly failure?: Failure
}

export interface Doctor {
  readonly last: ReadonlySignal<Examination | undefined>
  /** Looks anew; what an older look finds afterwards is dropped. */
  examine(who?: string): Promise<void>
}

export function createDoctor(peer: Pick<AppPeer, 'doctor'>): Doctor {
  const last = signal<Examination | undefined>(undefined)
  return {
    last,
    async examine(who) {
      const running: Examination = { who, state: 'running', findings: [] }
      last.value = running
      const end = (end: Examination) => {
        if (last.value === running) last.value = end
      }
      try {
        end({ who, state: 'done', findings: await peer.doctor(who) })
      } catch (error) {
        end({ who, state: 'failed', findings: [], failure: failureOf(error) })
      }
    },
  }
}
