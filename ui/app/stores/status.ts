import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { isPeerError, type PeerStatus, type RegistryStatus, type Settings } from '../../../core/browser.js'
import type { AppPeer, LinkState } from '../host.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

/** My peer itself: who I am, its registry, its settings, and whether the app reaches it. */
export interface Status {
  readonly link: ReadonlySignal<LinkState>
  readonly me: ReadonlySignal<PeerStatus | undefined>
  readonly registry: ReadonlySignal<RegistryStatus>
  readonly settings: ReadonlySignal<Settings | undefined>
  readonly state: ReadonlySignal<LoadState>
  /** Whether a registry is being joined or left right now. */
  readonly joining: ReadonlySignal<boolean>
  /** Whether the registry that was last tried wants a join secret. */
  readonly needsSecret: ReadonlySignal<boolean>
  load(): Promise<void>
  applyLink(link: LinkState): void
  applyRegistry(registry: RegistryStatus): void
  applySettings(settings: Settings): void
  join(address: string, secret?: string): Promise<boolean>
  leave(): Promise<boolean>
  set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<boolean>
}

export function createStatus(
  peer: Pick<AppPeer, 'status' | 'settings' | 'registry'>,
  notices: Notices,
): Status {
  const link = signal<LinkState>({ kind: 'connecting' })
  const me = signal<PeerStatus | undefined>(undefined)
  const registry = signal<RegistryStatus>({ state: 'none' })
  const settings = signal<Settings | undefined>(undefined)
  const state = signal<LoadState>(LOADING)
  const joining = signal(false)
  const askedForSecret = signal(false)

  const changeRegistry = async (work: () => Promise<RegistryStatus>) => {
    joining.value = true
    const isDone = await notices.attempt(async () => {
      registry.value = await work()
    })
    joining.value = false
    return isDone
  }
  return {
    link,
    me: computed(() => me.value && withName(me.value, settings.value?.name)),
    registry,
    settings,
    state,
    joining,
    needsSecret: computed(() => askedForSecret.value || registry.value.error?.code === 'BAD_SECRET'),
    async load() {
      try {
        const [now, all] = await Promise.all([peer.status(), peer.settings.all()])
        me.value = now
        registry.value = now.registry
        settings.value = all
        state.value = READY
      } catch (error) {
        state.value = { kind: 'failed', failure: failureOf(error) }
      }
    },
    applyLink(next) {
      link.value = next
    },
    applyRegistry(next) {
      registry.value = next
    },
    applySettings(next) {
      settings.value = next
    },
    join: (address, secret) =>
      changeRegistry(async () => {
        askedForSecret.value = false
        try {
          return await peer.registry.join(address, secret ? { secret } : {})
        } catch (error) {
          askedForSecret.value = isPeerError(error) && error.code === 'BAD_SECRET'
          throw error
        }
      }),
    leave: () => changeRegistry(() => peer.registry.leave()),
    set: (key, value) =>
      notices.attempt(async () => {
        settings.value = await peer.settings.set(key, value)
      }),
  }
}

function withName(status: PeerStatus, name: string | undefined): PeerStatus {
  return name === undefined || name === status.name ? status : { ...status, name }
}
