import { useApp } from '../../context/index.js'
import { Button } from '../../parts/index.js'
import { t } from '../../text/index.js'

/** As many characters of an id as are shown. */
const SHORT = 8

/** Registries that are seen on the network and not joined, each to be joined by one press. */
export function FoundRegistries() {
  const { status } = useApp()
  const { address, id: joined } = status.registry.value
  const others = status.found.value.filter(one => one.address !== address && one.id !== joined)
  if (others.length === 0) return null
  return (
    <ul class="found" aria-label={t.registry.found}>
      {others.map(({ id, address }) => (
        <li key={`${id} ${address}`} class="bar">
          <p>
            {t.registry.foundOne} <code class="address">{address}</code>{' '}
            <span class="muted" title={id}>
              {id.slice(0, SHORT)}
            </span>
          </p>
          <Button
            label={t.registry.join}
            isDisabled={status.joining.value}
            onPress={() => void status.joinFound({ id, address })}
          />
        </li>
      ))}
    </ul>
  )
}
