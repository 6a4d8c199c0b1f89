import type { PeerId } from '../../core/identity/index.js'
import { ShareDigest } from '../../core/manifest/index.js'
import type { SearchIndex } from '../../core/search/index.js'

const NONE = -1
const ENTRIES_A_STEP = 500

/** The digest of what is held of an owner, in steps. Folders that the owner never named are no part of it. */
export function* digesting(index: SearchIndex, owner: PeerId): Generator<void, string> {
  const { columns } = index
  const digest = new ShareDigest()
  const top = index.rowOf(owner, '')
  const folders = top === NONE ? [] : [{ row: top, prefix: '' }]
  let steps = 0
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for (let row = columns.firstChild(folder.row); row !== NONE; row = columns.nextSibling(row)) {
      const path = folder.prefix + columns.name(row)
      const [mtime, reason] = [columns.mtime(row), columns.reason(row)]
      const isFolder = columns.isFolder(row)
      if (isFolder) folders.push({ row, prefix: `${path}/` })
      if (isFolder && !columns.isImplicit(row)) digest.add({ type: 'folder', path, mtime, reason })
      if (!isFolder) {
        const [size, root, exec] = [columns.size(row), columns.root(row), columns.isExec(row)]
        digest.add({ type: 'file', path, size, mtime, root, exec, reason })
      }
      if (++steps % ENTRIES_A_STEP === 0) yield
    }
  }
  return digest.text
}
