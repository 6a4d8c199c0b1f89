import type { Platform } from '../app/index.js'
import { askForPaths, type FieldMaker } from './file-dialog.js'
import type { NwApi } from './nw-api.js'

/** What the app may ask of the system, by NW.js; media is served by the program beside it. */
export function createNwPlatform(
  nw: NwApi,
  document: FieldMaker,
  mediaUrl: NonNullable<Platform['mediaUrl']>,
): Platform {
  return {
    mediaUrl,
    async copyText(text) {
      nw.Clipboard.get().set(text, 'text')
    },
    openLink: url => openOutside(nw, url),
    setTitle(title) {
      nw.Window.get().title = title
    },
    async openFile(path) {
      nw.Shell.openItem(path)
    },
    async revealFile(path) {
      nw.Shell.showItemInFolder(path)
    },
    pickFiles: () => askForPaths(document, 'files'),
    async pickFolder() {
      const [folder] = await askForPaths(document, 'folder')
      return folder
    },
  }
}

/** Opens http(s) addresses in the person's browser, and nothing else: a link of any other kind runs something. */
export function openOutside(nw: Pick<NwApi, 'Shell'>, url: string): void {
  if (!URL.canParse(url)) return
  const { protocol, href } = new URL(url)
  if (protocol === 'http:' || protocol === 'https:') nw.Shell.openExternal(href)
}
