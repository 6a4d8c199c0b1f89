import { type EntryReason, type Root, type Visibility, visibleName } from '../../core/index.js'
import { formatSize, formatTime, isoTime } from './output/index.js'

/** What `ls` and `share ls` list. */
export interface EntryLine {
  readonly path: string
  readonly type: 'file' | 'folder'
  readonly size: number
  readonly mtime: number
  readonly root?: Root
  readonly reason?: EntryReason
  readonly visibility?: Visibility
}

/** An entry as programs read it. */
export function entryObject({ path, type, size, mtime, root, reason, visibility }: EntryLine): object {
  return { path, type, size, mtime: isoTime(mtime), root, reason, visibility }
}

/** Columns of a list for people. */
export const ENTRY_COLUMNS = [
  { title: 'SIZE', right: true },
  { title: 'CHANGED' },
  { title: 'NAME', flexible: true },
]

/** The same entry for people; a folder ends in `/`. */
export function entryRow({ path, type, size, mtime, reason }: EntryLine): string[] {
  const name = visibleName(path.slice(path.lastIndexOf('/') + 1))
  const shown = type === 'folder' ? `${name}/` : name
  return [formatSize(size), formatTime(mtime), reason ? `${shown}  (${REASONS[reason]})` : shown]
}

const REASONS: { readonly [R in EntryReason]: string } = {
  unreadable: "can't be read",
  'broken-link': 'broken link',
  cycle: 'leads in a circle',
  'leaves-import': 'leads out of what is shared',
  'not-a-file': 'not a file',
  'bad-name': "name can't be shared",
  'too-deep': 'too deep',
}
