import { computed, type ReadonlySignal, signal } from '@preact/signals'
import {
  type FoundRegistry,
  isPeerError,
  type PeerId,
  type PeerStatus,
  type RegistryStatus,
  type Settings,
} from '../../../core/browser.js'
import type { AppPeer, LinkState } from '../host.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

/** My peer itself: who I am, its registry, its settings, and whether the app reaches it. */
export interface Status {
  readonly link: ReadonlySignal<LinkState>
  readonly me: ReadonlySignal<PeerStatus | undefined>
  readonly registry: ReadonlySignal<RegistryStatus>
  /** Registries that are seen on the network. */
  readonly found: ReadonlySignal<readonly FoundRegistry[]>
  readonly settings: ReadonlySignal<Settings | undefined>
  readonly state: ReadonlySignal<LoadState>
  /** Whether a registry is being joined or left right now. */
  readonly joining: ReadonlySignal<boolean>
  /** Whether the registry that was last tried wants a join secret. */
  readonly needsSecret: ReadonlySignal<boolean>
  load(): Promise<void>
  applyLink(link: LinkState): void
  applyRegistry(registry: RegistryStatus): void
  applyFound(found: readonly FoundRegistry[]): void
  applySettings(settings: Settings): void
  join(address: string, secret?: string): Promise<boolean>
  /** Joins one that was found; another one at its address is refused. */
  joinFound(found: FoundRegistry): Promise<boolean>
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
  const found = signal<readonly FoundRegistry[]>([])
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
  const join = (address: string, how: { readonly id?: PeerId; readonly secret?: string }) =>
    changeRegistry(async () => {
      askedForSecret.value = false
      try {
        return await peer.registry.join(address, how)
      } catch (error) {
        askedForSecret.value = isPeerError(error) && error.code === 'BAD_SECRET'
        throw error
      }
    })
  return {
    link,
    me: computed(() => me.value && withName(me.value, settings.value?.name)),
    registry,
    found,
    settings,
    state,
    joining,
    needsSecret: computed(() => askedForSecret.value || registry.value.error?.code === 'BAD_SECRET'),
    async load() {
      try {
        const [now, all, seen] = await Promise.all([
          peer.status(),
          peer.settings.all(),
          peer.registry.found(),
        ])
        me.value = now
        registry.value = now.registry
        settings.value = all
        found.value = seen
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
    applyFound(next) {
      found.value = next
    },
    applySettings(next) {
      settings.value = next
    },
    join: (address, secret) => join(address, secret ? { secret } : {}),
    joinFound: ({ id, address }) => join(address, { id }),
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
