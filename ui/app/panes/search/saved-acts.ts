import { PeerError, type SavedSearch, visibleName } from '../../../../core/browser.js'
import type { App } from '../../context/index.js'
import { t } from '../../text/index.js'

/** Shows what a saved search finds now. */
export function openSaved({ saved, router }: App, id: string): void {
  const search = saved.list.get(id)
  if (!search) return
  const { query: text, ...filters } = search.query
  void saved.open(id)
  router.go({ pane: 'search', text, filters })
}

/** Forgets a saved search at once; the notice takes it back. */
export async function forgetSaved({ saved, notices }: App, { id, name, query }: SavedSearch): Promise<void> {
  if (!(await saved.forget(id))) return
  const restore = async () => {
    const failure = await saved.save(name, query)
    if (failure) notices.fail(new PeerError(failure.code, failure.message))
  }
  notices.tell(t.saved.forgotten(visibleName(name)), { label: t.share.undo, run: () => void restore() })
}
