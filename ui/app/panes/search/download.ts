import { type FoundFile, visibleName } from '../../../../core/browser.js'
import type { App } from '../../context/index.js'
import { t } from '../../text/index.js'

/** By its root from everyone who has it; else from the first owner that is online. */
export async function download(app: App, file: FoundFile): Promise<void> {
  const owner = file.owners.find(one => one.online) ?? file.owners[0]
  const request =
    file.root !== undefined
      ? { root: file.root, size: file.size, name: file.name }
      : owner && { owner: owner.id, paths: [owner.path] }
  if (!request || !(await app.transfers.download(request))) return
  app.notices.tell(t.search.started(visibleName(file.name)), {
    label: t.search.showTransfers,
    run: () => app.router.go({ pane: 'transfers' }),
  })
}

/** What is best of what is written, also when it was asked for before that came. */
export async function downloadBest(app: App): Promise<void> {
  const best = await app.search.best()
  if (best) await download(app, best)
}
