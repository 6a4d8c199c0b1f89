import { formatRoute, PANES, type PaneName, routeOf, useApp } from '../context/index.js'
import { Icon } from '../parts/index.js'
import { t } from '../text/index.js'
import { Badge, badgeOf, PANE_ICONS } from './rail.js'

const TABS: readonly PaneName[] = ['people', 'search', 'transfers', 'chat']
const REST = PANES.filter(pane => !TABS.includes(pane))

/** The panes at the bottom of a narrow window. */
export function Tabs() {
  const app = useApp()
  const current = app.router.route.value.pane
  const isRest = current === 'more' || REST.some(pane => pane === current)
  return (
    <nav class="tabs" aria-label={t.shell.navigation}>
      {TABS.map(pane => (
        <a
          key={pane}
          href={formatRoute(routeOf(app, pane))}
          aria-current={pane === current ? 'page' : undefined}
        >
          <Icon name={PANE_ICONS[pane]} />
          <span>{t.panes[pane]}</span>
          <Badge count={badgeOf(app, pane)} />
        </a>
      ))}
      <a href={formatRoute({ pane: 'more' })} aria-current={isRest ? 'page' : undefined}>
        <Icon name="more" />
        <span>{t.panes.more}</span>
      </a>
    </nav>
  )
}

/** The panes that have no tab of their own. */
export function MorePane() {
  const app = useApp()
  return (
    <>
      <h1 tabIndex={-1}>{t.panes.more}</h1>
      <ul class="menu">
        {REST.map(pane => (
          <li key={pane}>
            <a href={formatRoute(routeOf(app, pane))}>
              <Icon name={PANE_ICONS[pane]} />
              <span>{t.panes[pane]}</span>
              <Icon name="right" />
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}
