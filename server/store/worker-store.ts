import type { Logger } from '../../core/log/index.js'
import { startWorker, type WorkerKind } from '../../core/workers/index.js'
import type { RegistryStore } from './registry-store.js'
import type { StoreFunctions } from './store-worker.js'

/** Opens the NeDB store in a worker, so that reading and rewriting its files never holds up a connection. */
export async function openWorkerStore(
  folder: string,
  { kind, log }: { readonly kind?: WorkerKind; readonly log: Logger },
): Promise<RegistryStore> {
  const worker = startWorker<StoreFunctions>({
    entry: new URL('./store-worker.js', import.meta.url),
    local: {},
    name: 'registry store',
    ...(kind ? { kind } : {}),
  })
  void worker.ended.then(error => error && log.error('the store worker ended', { error: error.message }))
  let closing: Promise<void> | undefined
  try {
    const { damage, seed } = await worker.call.open(folder)
    return {
      damage,
      seed,
      people: () => worker.call.people(),
      putPerson: person => worker.call.putPerson(person),
      removePerson: id => worker.call.removePerson(id),
      nextDocuments: () => worker.call.nextDocuments(),
      writeShare: write => worker.call.writeShare(write),
      close() {
        closing ??= worker.call.close().finally(() => worker.close())
        return closing
      },
    }
  } catch (error) {
    await worker.close()
    throw error
  }
}
