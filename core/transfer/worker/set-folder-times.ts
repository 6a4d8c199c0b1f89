import type { MakeItem } from './protocol.js'
import type { TargetFolders } from './target-folders.js'

/** Sets the times of folders in this order. One that can't have its time keeps the one it has. */
export function setFolderTimes(
  base: string,
  items: readonly Pick<MakeItem, 'path' | 'mtime'>[],
  folders: TargetFolders,
): void {
  for (const { path, mtime } of items) {
    try {
      folders.open(base, path.split('/')).setTime(mtime)
    } catch {
      // A time is no reason to call a folder incomplete: some file systems keep none.
    }
  }
}
