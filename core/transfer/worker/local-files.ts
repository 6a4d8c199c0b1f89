import { PeerError, toPlainError } from '../../errors/index.js'
import { copyVerified } from './copy-verified.js'
import { finishFile } from './finish-file.js'
import type { LocalFile, LocalResult } from './protocol.js'
import { readRoot } from './read-root.js'
import type { Reports } from './reports.js'
import { splitPath, type TargetFolders } from './target-folders.js'

/** What is on this machine already, found beside the downloads of a worker. */
export class LocalFiles {
  readonly #folders: TargetFolders
  readonly #reports: Reports
  readonly #running = new Map<number, Set<{ stopped: boolean }>>()

  constructor({ folders, reports }: { folders: TargetFolders; reports: Reports }) {
    this.#folders = folders
    this.#reports = reports
  }

  /** Looks for each; at once, so few and small ones are to be given together. */
  find(files: readonly LocalFile[]): Promise<LocalResult[]> {
    return Promise.all(files.map(file => this.#find(file)))
  }

  stop(transfer: number): void {
    for (const run of this.#running.get(transfer) ?? []) run.stopped = true
  }

  async #find(file: LocalFile): Promise<LocalResult> {
    const run = { stopped: false }
    const runs = this.#running.get(file.transfer) ?? new Set()
    this.#running.set(file.transfer, runs.add(run))
    try {
      return await this.#findUnlessStopped(file, run)
    } catch (error) {
      return { kind: 'failed', error: toPlainError(error) }
    } finally {
      runs.delete(run)
      if (runs.size === 0) this.#running.delete(file.transfer)
    }
  }

  async #findUnlessStopped(file: LocalFile, run: { readonly stopped: boolean }): Promise<LocalResult> {
    const { transfer, entry, root, size, target, tmp } = file
    let told = 0
    const progress = (bytes: number) => {
      if (run.stopped) throw new PeerError('CLOSED', 'The transfer was stopped.')
      told += bytes
      this.#reports.add({ kind: 'local', transfer, entry, bytes: told })
    }
    const { inFolders } = splitPath(target.path)
    for (const name of file.same) {
      told = 0
      const there = this.#folders.open(target.base, inFolders).look(name)
      if ((await readRoot(there, size, progress)) === root) return { kind: 'same', name }
    }
    const wrong: string[] = []
    for (const copy of file.copies) {
      told = 0
      if (await copyVerified(copy, tmp, { root, size, progress })) {
        return { kind: 'copied', name: await finishFile(tmp, target, this.#folders), wrong }
      }
      wrong.push(copy)
    }
    return { kind: 'absent', wrong }
  }
}
