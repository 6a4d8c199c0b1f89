import { PeerError } from '../../core/errors/index.js'
import type { PeerId } from '../../core/identity/index.js'
import { serveWorker } from '../../core/workers/index.js'
import { openNedbStore } from './nedb-store.js'
import type { RegistryStore, ShareWrite, StoredPerson } from './registry-store.js'

let store: RegistryStore | undefined

function opened(): RegistryStore {
  if (!store) throw new PeerError('CLOSED', 'The store is not open.')
  return store
}

const functions = {
  async open(folder: string) {
    store = await openNedbStore(folder)
    return { damage: store.damage, seed: store.seed }
  },
  people: () => opened().people(),
  putPerson: (person: StoredPerson) => opened().putPerson(person),
  removePerson: (id: PeerId) => opened().removePerson(id),
  nextDocuments: () => opened().nextDocuments(),
  writeShare: (write: ShareWrite) => opened().writeShare(write),
  close: () => opened().close(),
}

/** What the store's worker offers. */
export type StoreFunctions = typeof functions

serveWorker<object, StoreFunctions>(functions)
