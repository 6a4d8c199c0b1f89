import type { Catalog } from '../catalog.js'
import type { DownloadPool } from '../download-pool.js'
import { targetPath } from '../entry-target.js'
import type { TransferJournal } from '../transfer-journal.js'

/** Entries looked at, from the last on, between two calls of a worker. */
const TURN_ENTRIES = 1_000

/**
 * Gives folders the times they have at their owner, after all is in them: what is placed in a folder changes its
 * time. A folder is listed before what is in it, so from the end on the deepest come first.
 */
export async function setFolderTimes({
  catalog,
  pool,
  notes,
}: {
  readonly catalog: Catalog
  readonly pool: DownloadPool
  readonly notes: TransferJournal
}): Promise<void> {
  const { record } = notes
  for (let end = catalog.count; end > 0; end -= TURN_ENTRIES) {
    const items: { readonly path: string; readonly mtime: number }[] = []
    for (let index = end - 1; index >= Math.max(0, end - TURN_ENTRIES); index--) {
      const entry = catalog.at(index)
      if (entry.type === 'folder') items.push({ path: targetPath(record, entry), mtime: entry.mtime })
    }
    await pool.worker(0).setFolderTimes(record.folder, items)
  }
}
