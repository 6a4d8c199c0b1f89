import { sep } from 'node:path'
import { isInside } from './inside.js'

/** Which paths of the share show a real folder: one may be in several imports, or behind a link. */
export class WatchedRoots {
  readonly #paths = new Map<string, Set<string>>()

  /** Notes that the real file or folder `real` is shown at `path`. */
  add(real: string, path: string): void {
    const paths = this.#paths.get(real)
    if (paths) paths.add(path)
    else this.#paths.set(real, new Set([path]))
  }

  /** The paths that may have changed when something changed in `folder`. */
  pathsOf(folder: string): string[] {
    const found: string[] = []
    for (const [real, paths] of this.#paths) {
      if (!isInside(folder, real)) continue
      const below = folder
        .slice(real.length)
        .split(sep)
        .filter(part => part !== '')
      for (const path of paths) found.push([path, ...below].filter(part => part !== '').join('/'))
    }
    return found
  }

  /** Where the root itself is shown. */
  pathsOfRoot(real: string): string[] {
    return [...(this.#paths.get(real) ?? [])]
  }
}
