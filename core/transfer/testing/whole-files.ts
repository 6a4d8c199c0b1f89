import { lstatSync, readFileSync } from 'node:fs'
import { hasLayer } from '../../content/index.js'
import { systemCode } from '../../errors/index.js'

/** What may be at a path: one of these contents, whole; with 'absent' among them it may not be there. */
export type MayBe = readonly (Buffer | 'absent')[]

/**
 * Looks again and again whether files have, whole, what they may have. A file of at most one piece is written at once
 * where nothing was: until it is there, or until the next start after a kill, it may be cut short.
 */
export class WholeFiles {
  readonly #may: ReadonlyMap<string, MayBe>
  /** How each was when it was read last: what is as it was is not read again. */
  readonly #seen = new Map<string, string>()

  constructor(may: ReadonlyMap<string, MayBe>) {
    this.#may = may
  }

  /** Fails where a file is torn, another one, or not there though it must be. */
  check(): void {
    for (const [path, contents] of this.#may) {
      const now = stateOf(path)
      if (this.#seen.get(path) === now) continue
      const there = contentOf(path)
      const isWhole = contents.some(one => (one === 'absent' ? !there : there?.equals(one)))
      if (!isWhole && !(there && isBeginning(there, contents)))
        throw new Error(`${path} is ${there ? `torn: it has ${there.length} bytes` : 'not there'}`)
      this.#seen.set(path, now)
    }
  }

  /** Does something; fails where at any moment of it, or after it, a file is not whole. */
  async during(run: () => Promise<void>): Promise<void> {
    let failure: unknown
    const timer = setInterval(() => {
      try {
        this.check()
      } catch (error) {
        failure ??= error
      }
    }, 3)
    await run().finally(() => clearInterval(timer))
    if (failure) throw failure
    this.check()
  }
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isBeginning(there: Buffer, contents: MayBe): boolean {
  return (
    contents.includes('absent') &&
    contents.some(
      one => one !== 'absent' && !hasLayer(one.length) && one.subarray(0, there.length).equals(there),
    )
  )
}

function stateOf(path: string): string {
  const seen = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return seen ? `${seen.ino} ${seen.size} ${seen.mtimeNs} ${seen.ctimeNs}` : 'absent'
}
