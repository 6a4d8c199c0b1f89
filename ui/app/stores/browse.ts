import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { BrowsePage, BrowseQuery, Listed, PeerId } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'
import { PagedRows } from './paged-rows.js'
import { NOTHING, type Selection, selectAll, selectedIndexes } from './selection.js'
import type { Transfers } from './transfers.js'

export type SortKey = NonNullable<BrowseQuery['sort']>

export interface Sort {
  readonly by: SortKey
  readonly descending: boolean
}

/** Whose share, and where in it. */
export interface Place {
  readonly owner: PeerId
  readonly path: string
}

/** A folder as it was read. */
export interface Folder extends Place {
  readonly rows: PagedRows<Listed>
  readonly from: BrowsePage['from']
  readonly at: number
}

export interface Browse {
  readonly place: ReadonlySignal<Place | undefined>
  /** The folder on the screen; it stays while the same folder is read anew. */
  readonly folder: ReadonlySignal<Folder | undefined>
  readonly state: ReadonlySignal<LoadState>
  readonly sort: ReadonlySignal<Sort>
  readonly selection: ReadonlySignal<Selection>
  open(place: Place): Promise<void>
  reload(): Promise<void>
  /** Sorts by a column; once more turns it round. */
  sortBy(key: SortKey): Promise<void>
  select(selection: Selection): void
  /** Downloads what is selected, of that the first `MOST_PATHS`; whether it began. */
  downloadSelected(): Promise<boolean>
  /** Downloads the folder on the screen as a whole. */
  downloadFolder(): Promise<boolean>
  download(entry: Listed): Promise<boolean>
}

/** Entries fetched one by one, each a transfer of its own; more are better fetched as their folder. */
const MOST_PATHS = 500

export function createBrowse(peer: Pick<AppPeer, 'files'>, transfers: Transfers, notices: Notices): Browse {
  const place = signal<Place | undefined>(undefined)
  const folder = signal<Folder | undefined>(undefined)
  const state = signal<LoadState>(LOADING)
  const sort = signal<Sort>({ by: 'name', descending: false })
  const selection = signal<Selection>(NOTHING)
  let lastRead = 0

  const read = async (where: Place) => {
    const asked = ++lastRead
    const { by, descending } = sort.value
    let from: BrowsePage['from'] = 'owner'
    const rows = new PagedRows<Listed>(async (offset, limit) => {
      const page = await peer.files.browse({ ...where, sort: by, descending, offset, limit })
      from = page.from
      return { total: page.total, rows: page.entries }
    })
    state.value = LOADING
    try {
      await rows.open()
      if (asked !== lastRead) return
      batch(() => {
        folder.value = { ...where, rows, from, at: Date.now() }
        selection.value = NOTHING
        state.value = READY
      })
    } catch (error) {
      if (asked === lastRead) state.value = { kind: 'failed', failure: failureOf(error) }
    }
  }
  const readAgain = async () => {
    if (place.value) await read(place.value)
  }
  const fetch = (paths: readonly string[]) => {
    const owner = place.value?.owner
    return owner ? transfers.download({ owner, paths }) : Promise.resolve(false)
  }

  const fetchRows = async (chosen: Selection) => {
    const open = folder.value
    if (!open) return false
    const paths: string[] = []
    const isRead = await notices.attempt(async () => {
      for (const index of selectedIndexes(chosen, MOST_PATHS)) {
        const entry = await open.rows.read(index)
        if (entry && !entry.reason) paths.push(entry.path)
      }
    })
    return isRead && paths.length > 0 && fetch(paths)
  }

  return {
    place,
    folder,
    state,
    sort,
    selection,
    async open(where) {
      const { owner, path } = place.value ?? {}
      if (where.owner === owner && where.path === path) return
      place.value = where
      folder.value = undefined
      await read(where)
    },
    reload: readAgain,
    async sortBy(key) {
      const { by, descending } = sort.value
      sort.value = { by: key, descending: by === key ? !descending : key !== 'name' }
      await readAgain()
    },
    select(next) {
      selection.value = next
    },
    downloadSelected: () => fetchRows(selection.value),
    async downloadFolder() {
      const open = folder.value
      if (!open) return false
      // A share as a whole has no name that it could be saved under.
      return open.path === '' ? fetchRows(selectAll(open.rows.count())) : fetch([open.path])
    },
    download: entry => fetch([entry.path]),
  }
}
