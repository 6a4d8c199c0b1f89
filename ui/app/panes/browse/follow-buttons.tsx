import { useComputed } from '@preact/signals'
import type { Person } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { Button, Icon, IconButton } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { follow, stopFollowing } from '../following/index.js'

interface FollowProps {
  readonly owner: Person
  readonly path: string
}

/** Follows the folder on the screen, or stops that. */
export function FollowButton(props: FollowProps) {
  const app = useApp()
  const isFollowed = useFollowed(app, props)
  return (
    <Button
      icon={isFollowed ? 'unfollow' : 'follow'}
      label={isFollowed ? t.following.stop : t.following.followThis}
      onPress={() => turn(app, props)}
    />
  )
}

/** The same for a row. */
export function RowFollowButton(props: FollowProps & { readonly isActive: boolean }) {
  const app = useApp()
  const isFollowed = useFollowed(app, props)
  return (
    <IconButton
      icon={isFollowed ? 'unfollow' : 'follow'}
      label={isFollowed ? t.following.stop : t.following.follow}
      isInTabOrder={props.isActive}
      onPress={() => turn(app, props)}
    />
  )
}

/** Marks a row of what is followed. */
export function FollowedMark(props: FollowProps) {
  const isFollowed = useFollowed(useApp(), props)
  if (!isFollowed) return null
  return (
    <span class="ok mark" title={t.following.followed}>
      <Icon name="follow" />
      <span class="sr">{t.following.followed}</span>
    </span>
  )
}

function useFollowed({ following }: App, { owner, path }: FollowProps): boolean {
  return useComputed(() => following.find({ owner: owner.id, path }) !== undefined).value
}

function turn(app: App, { owner, path }: FollowProps): void {
  const followed = app.following.find({ owner: owner.id, path })
  void (followed ? stopFollowing(app, followed) : follow(app, owner, path))
}
