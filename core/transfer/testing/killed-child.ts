import { type ChildProcess, fork } from 'node:child_process'
import type { ConflictRule, Transfer } from '../../api/index.js'
import { until } from '../../testing/index.js'
import type { ChildTask } from './download-child.js'
import type { TwoPeers } from './two-peers.js'

/** A downloading process, the last it told, and its end by SIGKILL. */
export class KilledChild {
  readonly #process: ChildProcess
  last: Transfer | undefined

  constructor(task: ChildTask) {
    this.#process = fork(new URL('./download-child.js', import.meta.url), { serialization: 'advanced' })
    this.#process.on('message', message => {
      this.last = message as Transfer
    })
    this.#process.send(task)
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = new Promise(resolve => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await gone
  }

  until(what: string, holds: (transfer: Transfer) => boolean): Promise<Transfer> {
    return until(what, () => this.last && holds(this.last) && this.last, undefined, 5)
  }
}

/** What a downloading process is to do: fetch this path, or go on with what it has. */
export function taskOf(peers: TwoPeers, name?: string, onConflict?: ConflictRule): ChildTask {
  const rules = onConflict && { onConflict }
  const plan = name === undefined ? {} : { plan: { name, entries: peers.share?.plan(name) ?? [], ...rules } }
  const { owner, downloader, source, folder } = peers
  return { identity: downloader, home: folder.path, owner: owner.id, source, ...plan }
}
