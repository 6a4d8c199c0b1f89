import type { Logger } from '../core/log/index.js'
import type { RegistryStore } from './store/registry-store.js'

/** Says in the log what was found damaged when a store was opened. */
export function tellDamage(store: RegistryStore, log: Logger): void {
  for (const { file, lines, restored, kept } of store.damage) {
    log.error('damaged lines were dropped; peers send their shares again', {
      file,
      lines,
      restored,
      ...(kept ? { kept } : {}),
    })
  }
}
