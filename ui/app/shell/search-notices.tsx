import { useEffect } from 'preact/hooks'
import { visibleName } from '../../../core/browser.js'
import { type App, useApp } from '../context/index.js'
import { openSaved } from '../panes/search/index.js'
import type { Found } from '../stores/index.js'
import { t } from '../text/index.js'

/** Tells what saved searches have found, without taking focus. */
export function SearchNotices() {
  const app = useApp()
  const untold = app.saved.untold.value
  useEffect(() => {
    if (untold.length === 0) return
    tell(app, untold)
    app.saved.told()
  }, [untold, app])
  return null
}

/** What several have found at once is one notice. */
function tell(app: App, untold: readonly Found[]): void {
  const { saved, notices, router } = app
  const [first, ...others] = untold.map(({ id, count }) => ({ id, count, search: saved.list.get(id) }))
  if (!first) return
  if (others.length > 0) {
    const count = untold.reduce((sum, one) => sum + one.count, 0)
    const show = () => router.go({ pane: 'search', text: '' })
    notices.tell(t.saved.foundBySome(count, untold.length), { label: t.saved.show, run: show })
  } else if (first.search) {
    const show = () => openSaved(app, first.id)
    const text = t.saved.found(visibleName(first.search.name), first.count)
    notices.tell(text, { label: t.saved.show, run: show })
  }
}
