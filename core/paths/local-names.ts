import { PeerError } from '../errors/index.js'
import { freeName } from './free-name.js'
import { foldsNames, localName } from './local-name.js'
import { below, type LocalPath, localPath } from './local-path.js'
import { nameKey } from './person-name.js'
import { remotePathFault } from './remote-path.js'

interface Folder {
  readonly names: readonly string[]
  /** Remote name of each child that has a place, with its local name and, for a folder, what is in it. */
  readonly children: Map<string, { readonly name: string; folder?: Folder }>
  readonly taken: Set<string>
}

/**
 * Places the entries of one tree below a base. Where this system takes `Notes` and `notes` for one name, the
 * second of such twins gets a number. A path asked for again gets the same place.
 */
export class LocalNames {
  readonly #base: string
  readonly #platform: NodeJS.Platform
  readonly #root: Folder = emptyFolder([])

  constructor(base: string, platform: NodeJS.Platform = process.platform) {
    this.#base = base
    this.#platform = platform
  }

  /** Like `localPath`, with twins kept apart. */
  place(remotePath: string): LocalPath {
    // Where no two names are one there is nothing to remember, however large the tree.
    if (!foldsNames(this.#platform)) return localPath(this.#base, remotePath, this.#platform)
    const fault = remotePathFault(remotePath)
    if (fault) throw new PeerError('BAD_PATH', `The path of an entry ${fault}, so it is refused.`)
    let folder = this.#root
    let names: readonly string[] = []
    let renamed = false
    for (const part of remotePath.split('/')) {
      const child = this.#child(folder, part)
      names = [...folder.names, child.name]
      child.folder ??= emptyFolder(names)
      folder = child.folder
      renamed ||= child.name !== part
    }
    return { path: below(this.#base, names), renamed }
  }

  #child({ children, taken }: Folder, part: string) {
    const known = children.get(part)
    if (known) return known
    const wanted = localName(part, this.#platform)
    const name = taken.has(nameKey(wanted))
      ? freeName(wanted, candidate => taken.has(nameKey(candidate)))
      : wanted
    const child: { readonly name: string; folder?: Folder } = { name }
    taken.add(nameKey(name))
    children.set(part, child)
    return child
  }
}

function emptyFolder(names: readonly string[]): Folder {
  return { names, children: new Map(), taken: new Set() }
}
