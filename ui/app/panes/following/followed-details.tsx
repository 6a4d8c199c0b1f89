import { visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'
import { FollowedState } from './followed-state.js'
import { placeOf } from './place-of.js'

/** All of what the active row has to say, where the row is too short for it. */
export function FollowedDetails({ id }: { readonly id: string | undefined }) {
  const { following } = useApp()
  const subscription = id === undefined ? undefined : following.list.get(id)
  if (!subscription) return null
  const { path, ownerName } = subscription
  return (
    <section class="details" aria-label={t.transfers.details}>
      <p class="details-name">
        <bdi>{visibleName(path)}</bdi> {t.transfers.from(visibleName(ownerName))}
      </p>
      <p>
        <FollowedState subscription={subscription} />
      </p>
      <p class="muted">
        {t.transfers.target} <bdi>{visibleName(placeOf(subscription))}</bdi>
      </p>
      <p class="muted">{t.following.hint}</p>
    </section>
  )
}
