import { type App, formatRoute, PANES, type PaneName, routeOf, useApp } from '../context/index.js'
import { Icon, type IconName, Name } from '../parts/index.js'
import { t } from '../text/index.js'

export const PANE_ICONS: Readonly<Record<PaneName, IconName>> = {
  people: 'people',
  search: 'search',
  browse: 'browse',
  transfers: 'transfers',
  chat: 'chat',
  share: 'share',
  settings: 'settings',
}

/** What a pane has to say in the rail: unread messages, what saved searches found, transfers at work. */
export function badgeOf(app: App, pane: PaneName): number {
  if (pane === 'chat') return app.people.unread.value
  if (pane === 'search') return app.saved.fresh.value
  return pane === 'transfers' ? app.transfers.active.value : 0
}

/** The panes at the left, and me. */
export function Rail() {
  const app = useApp()
  const current = app.router.route.value.pane
  const me = app.status.me.value
  return (
    <nav class="rail" aria-label={t.shell.navigation}>
      <p class="brand">{t.appName}</p>
      <ul>
        {PANES.map(pane => (
          <li key={pane}>
            <a href={formatRoute(routeOf(app, pane))} aria-current={pane === current ? 'page' : undefined}>
              <Icon name={PANE_ICONS[pane]} />
              <span>{t.panes[pane]}</span>
              <Badge count={badgeOf(app, pane)} />
            </a>
          </li>
        ))}
      </ul>
      {me && (
        <p class="me">
          <Name text={me.name} /> <span class="muted">({t.shell.you})</span>
        </p>
      )}
    </nav>
  )
}

export function Badge({ count }: { readonly count: number }) {
  return count > 0 ? <span class="badge">{count > 99 ? '99+' : t.format.count(count)}</span> : null
}
