import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Import, Listed, ShareProgress } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

export interface Share {
  readonly imports: ReadonlySignal<readonly Import[]>
  /** The same for a list. */
  readonly rows: { count(): number; at(index: number): Import | undefined }
  /** What in them can't be shared, each with its reason. */
  readonly problems: ReadonlySignal<readonly Listed[]>
  readonly progress: ReadonlySignal<ShareProgress>
  readonly state: ReadonlySignal<LoadState>
  /** Whether a file or folder is being added right now. */
  readonly adding: ReadonlySignal<boolean>
  /** The part of the bytes that is hashed, 0 to 1. */
  readonly hashed: ReadonlySignal<number>
  load(): Promise<void>
  applyProgress(progress: ShareProgress): void
  add(path: string): Promise<boolean>
  remove(name: string): Promise<boolean>
  rescan(): Promise<boolean>
}

const EMPTY: ShareProgress = {
  scanning: false,
  files: 0,
  bytes: 0,
  hashedFiles: 0,
  hashedBytes: 0,
  rate: 0,
  paused: false,
}

export function createShare(peer: Pick<AppPeer, 'share'>, notices: Notices): Share {
  const imports = signal<readonly Import[]>([])
  const problems = signal<readonly Listed[]>([])
  const progress = signal(EMPTY)
  const state = signal<LoadState>(LOADING)
  const adding = signal(false)
  let lastRead = 0

  const load = async () => {
    const asked = ++lastRead
    try {
      // While it is looked through they change too often to be asked for.
      const unshared = progress.value.scanning ? undefined : peer.share.problems()
      const [list, found] = await Promise.all([peer.share.list(), unshared])
      if (asked !== lastRead) return
      imports.value = list
      if (found) problems.value = found.filter(({ path }) => path.includes('/'))
      state.value = READY
    } catch (error) {
      if (asked === lastRead) state.value = { kind: 'failed', failure: failureOf(error) }
    }
  }
  return {
    imports,
    rows: { count: () => imports.value.length, at: index => imports.value[index] },
    problems,
    progress,
    state,
    adding,
    hashed: computed(() =>
      progress.value.bytes > 0 ? progress.value.hashedBytes / progress.value.bytes : 1,
    ),
    load,
    applyProgress(next) {
      const { files, bytes, scanning } = progress.value
      progress.value = next
      // What the imports hold may have changed with it.
      if (next.files !== files || next.bytes !== bytes || next.scanning !== scanning) void load()
    },
    async add(path) {
      adding.value = true
      const isDone = await notices.attempt(async () => {
        await peer.share.add(path)
        await load()
      })
      adding.value = false
      return isDone
    },
    remove: name =>
      notices.attempt(async () => {
        await peer.share.remove(name)
        await load()
      }),
    rescan: () => notices.attempt(() => peer.share.rescan()),
  }
}
