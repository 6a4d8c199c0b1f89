import { type Person, type Subscription, visibleName } from '../../../../core/browser.js'
import type { App } from '../../context/index.js'
import { t } from '../../text/index.js'
import { nameOf } from './place-of.js'

/** Follows a folder of someone's share into the downloads folder. */
export async function follow(
  { following, notices, router }: App,
  owner: Person,
  path: string,
): Promise<void> {
  if (!(await following.follow({ owner: owner.id, path }))) return
  const name = visibleName(nameOf(path))
  const text = owner.online
    ? t.following.started(name)
    : t.following.startsLater(name, visibleName(owner.name))
  const show = () => router.go({ pane: 'transfers', part: 'followed' })
  notices.tell(text, { label: t.search.showTransfers, run: show })
}

/** Follows a folder no more, at once; the notice takes it back. */
export async function stopFollowing({ following, notices }: App, subscription: Subscription): Promise<void> {
  const { id, owner, path, target } = subscription
  if (!(await following.stop(id))) return
  const undo = { label: t.share.undo, run: () => void following.follow({ owner, path, target }) }
  notices.tell(t.following.stopped(visibleName(nameOf(path))), undo)
}
