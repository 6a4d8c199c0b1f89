import { type BigIntStats, lstatSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Where paths really lead. Many files of one folder are asked for together, so where a folder leads is looked up
 * once and remembered until the program turns to something else.
 */
export class RealPaths {
  readonly #known = new Map<string, string>()

  /** The real path of a file or folder; throws as `fs` does. */
  of(path: string): string {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    const real = realpathSync.native(path)
    if (this.#known.size === 0) setImmediate(() => this.#known.clear())
    this.#known.set(path, real)
    return real
  }

  /** The real path of something that may be a link itself, and what is there. */
  file(path: string): { readonly path: string; readonly stat: BigIntStats } {
    const inFolder = join(this.of(dirname(path)), basename(path))
    const stat = lstatSync(inFolder, { bigint: true })
    if (!stat.isSymbolicLink()) return { path: inFolder, stat }
    const real = realpathSync.native(inFolder)
    return { path: real, stat: lstatSync(real, { bigint: true }) }
  }
}
