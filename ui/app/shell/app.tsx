import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { formatRoute, useApp } from '../context/index.js'
import { Problem } from '../parts/index.js'
import { t } from '../text/index.js'
import { Notices } from './notices.js'
import { OfferNotices } from './offer-notices.js'
import { PaneView } from './pane-view.js'
import { Rail } from './rail.js'
import { SearchNotices } from './search-notices.js'
import { useShortcuts } from './shortcuts.js'
import { StatusLine } from './status-line.js'
import { Tabs } from './tabs.js'

/** The whole window. */
export function AppView() {
  const app = useApp()
  const main = useRef<HTMLElement>(null)
  const route = app.router.route.value
  const { pane } = route
  const place = route.pane === 'people' ? formatRoute(route) : pane // one person has a heading of its own
  const isFirst = useRef(true)
  useShortcuts(app)

  useEffect(() => {
    const name = pane === 'more' ? t.panes.more : t.panes[pane]
    const unread = app.people.unread.value
    app.platform.setTitle(`${unread > 0 ? `(${unread}) ` : ''}${name} – ${t.appName}`)
  }, [app, pane, app.people.unread.value])
  useLayoutEffect(() => {
    const hasFocus = main.current?.contains(document.activeElement) ?? false // a field took it
    if (!isFirst.current && !hasFocus) main.current?.querySelector('h1')?.focus()
    isFirst.current = false
  }, [place])

  return (
    <div class="window">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {t.shell.skip}
      </button>
      <Rail />
      <main id="content" ref={main} tabIndex={-1} class={`pane pane-${pane}`}>
        <LinkBar />
        <PaneView route={route} />
      </main>
      <StatusLine />
      <Tabs />
      <Notices />
      <OfferNotices />
      <SearchNotices />
    </div>
  )
}

/** Says so while the peer can't be reached. */
function LinkBar() {
  const link = useApp().status.link.value
  if (link.kind === 'open') return null
  if (link.kind === 'failed') return <Problem failure={link.failure} />
  if (link.kind === 'ended') {
    const message = link.why === 'closed' ? t.link.closed : t.link.notAllowed
    return <Problem failure={{ code: 'CLOSED', message }} />
  }
  return (
    <p class="bar" role="status">
      {link.kind === 'lost' ? t.link.lost : t.link.connecting}
    </p>
  )
}
