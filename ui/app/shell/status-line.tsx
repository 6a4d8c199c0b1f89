import { useComputed } from '@preact/signals'
import { registryText, useApp } from '../context/index.js'
import { t } from '../text/index.js'

/** How things stand, at the bottom. */
export function StatusLine() {
  const { status, people, transfers, share } = useApp()
  const registry = status.registry.value
  const isHashing = useComputed(() => share.hashed.value < 1).value
  return (
    <footer class="status">
      <span class={`registry ${registry.state}`} title={registry.error?.message ?? registry.address}>
        <span class="dot" aria-hidden="true" />
        <span>{registryText(registry)}</span>
      </span>
      {registry.state === 'connected' && <span>{t.registry.people(people.online.value)}</span>}
      <span class="space" />
      {isHashing && <span class="wide-only">{t.registry.hashing(share.hashed.value)}</span>}
      {transfers.active.value > 0 && (
        <span class="wide-only">{t.registry.transfers(transfers.active.value)}</span>
      )}
      {transfers.rate.value > 0 && <span class="number">{t.registry.down(transfers.rate.value)}</span>}
    </footer>
  )
}
