import { visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'
import { StateText } from './state-text.js'

/** All of what the active row has to say, where the row is too short for it. */
export function TransferDetails({ id }: { readonly id: string | undefined }) {
  const { transfers } = useApp()
  const transfer = id === undefined ? undefined : transfers.list.get(id)
  if (!transfer) return null
  return (
    <section class="details" aria-label={t.transfers.details}>
      <p class="details-name">
        <bdi>{visibleName(transfer.name)}</bdi>
      </p>
      <p>
        <StateText transfer={transfer} />
        <span class="muted"> · {t.transfers.amount(transfer.bytes, transfer.total)}</span>
      </p>
      <p class="muted">
        {t.transfers.target} <bdi>{visibleName(transfer.target)}</bdi>
      </p>
    </section>
  )
}
