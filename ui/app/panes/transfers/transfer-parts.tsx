import { useComputed } from '@preact/signals'
import { formatRoute, useApp } from '../../context/index.js'
import { t } from '../../text/index.js'

/** The two lists of the pane; nothing while no folder is followed. */
export function TransferParts({ part }: { readonly part: 'followed' | undefined }) {
  const { following } = useApp()
  const total = useComputed(() => following.list.count()).value
  if (total === 0 && !part) return null
  return (
    <nav class="pane-parts" aria-label={t.panes.transfers}>
      <a href={formatRoute({ pane: 'transfers' })} aria-current={part ? undefined : 'page'}>
        {t.transfers.all}
      </a>
      <a href={formatRoute({ pane: 'transfers', part: 'followed' })} aria-current={part ? 'page' : undefined}>
        {t.following.title} <span class="number">{t.format.count(total)}</span>
      </a>
    </nav>
  )
}
