import type { EntryTable } from './entry-table.js'

/** The columns of the index, for listings. Rows are good until the next change. */
export type EntryColumns = Pick<
  EntryTable,
  | 'parent'
  | 'firstChild'
  | 'nextSibling'
  | 'owner'
  | 'size'
  | 'mtime'
  | 'files'
  | 'below'
  | 'isFolder'
  | 'isImplicit'
  | 'isExec'
  | 'reason'
  | 'root'
  | 'rootNumber'
  | 'name'
  | 'path'
>
