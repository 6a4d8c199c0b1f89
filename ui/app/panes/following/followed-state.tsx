import { type Subscription, visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'
import { StateText } from '../transfers/state-text.js'

/** What is wrong with a followed folder, how its update goes, or when its owner was last asked. */
export function FollowedState({ subscription }: { readonly subscription: Subscription }) {
  const { transfers, people } = useApp()
  const { error, transfer, checkedAt, owner, ownerName } = subscription
  if (error)
    return (
      <span class="state-failed" title={error.message}>
        {error.message}
      </span>
    )
  const update = transfer === undefined ? undefined : transfers.list.get(transfer)
  if (update && update.state !== 'done') return <StateText transfer={update} />
  if (checkedAt !== undefined)
    return <span class="muted">{t.following.checked(t.format.when(checkedAt))}</span>
  const isAway = people.list.get(owner)?.online !== true
  const who = visibleName(ownerName)
  return <span class="muted">{isAway ? t.offers.waits(who) : t.following.asking(who)}</span>
}
