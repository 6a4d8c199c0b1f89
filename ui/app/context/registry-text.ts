import { type RegistryStatus, visibleName } from '../../../core/browser.js'
import { t } from '../text/index.js'

/** How the registry stands, in words. */
export function registryText(registry: RegistryStatus): string {
  if (registry.state !== 'connected') return t.registry[registry.state]
  return t.registry.connected(visibleName(registry.name ?? registry.address ?? ''))
}
