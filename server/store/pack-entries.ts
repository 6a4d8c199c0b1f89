import type { EntryReason, Root } from '../../core/manifest/index.js'
import { isRoot } from '../../core/manifest/index.js'
import type { WireEntry } from '../../core/wire/index.js'

// Fields are joined by `/`, which no name holds: name, size (none for a folder), mtime, root, marks. Marks are
// the number of the reason, if there is one, and `x` where it may be executed.
const FIELDS = 5
const EXEC = 'x'
const REASONS: readonly EntryReason[] = [
  'unreadable',
  'broken-link',
  'cycle',
  'leaves-import',
  'not-a-file',
  'bad-name',
  'too-deep',
]

/** The entries of a folder as one string, their names without the folder. */
export function packEntries(entries: readonly WireEntry[]): string {
  return entries.map(packEntry).join('/')
}

function packEntry(entry: WireEntry): string {
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
  const reason = entry.reason ? REASONS.indexOf(entry.reason).toString() : ''
  const mtime = entry.mtime.toString(36)
  if (entry.type === 'folder') return `${name}//${mtime}//${reason}`
  const root = entry.root ? Buffer.from(entry.root, 'hex').toString('base64url') : ''
  const exec = entry.exec ? EXEC : ''
  return `${name}/${entry.size.toString(36)}/${mtime}/${root}/${reason}${exec}`
}

/** The entries that `packEntries` packed; what is not well formed is left out and counted. */
export function unpackEntries(
  folder: string,
  packed: string,
): { readonly entries: readonly WireEntry[]; readonly bad: number } {
  const fields = packed === '' ? [] : packed.split('/')
  const entries: WireEntry[] = []
  const prefix = folder === '' ? '' : `${folder}/`
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [name = '', size = '', mtime = '', root = '', marks = ''] = fields.slice(at, at + FIELDS)
    const entry = unpackEntry(prefix + name, size, mtime, root, marks)
    if (name !== '' && entry) entries.push(entry)
  }
  return { entries, bad: Math.ceil(fields.length / FIELDS) - entries.length }
}

function unpackEntry(
  path: string,
  size: string,
  mtime: string,
  root: string,
  marks: string,
): WireEntry | undefined {
  const time = Number.parseInt(mtime, 36)
  const isExec = marks.endsWith(EXEC)
  const reason = isExec ? marks.slice(0, -1) : marks
  const why = reason === '' ? undefined : REASONS[Number(reason)]
  const more = why ? { reason: why } : {}
  if (!Number.isSafeInteger(time)) return undefined
  if (size === '') return { type: 'folder', path, mtime: time, ...more }
  const bytes = Number.parseInt(size, 36)
  if (!Number.isSafeInteger(bytes) || bytes < 0) return undefined
  const known = root === '' ? undefined : Buffer.from(root, 'base64url').toString('hex')
  const exec = isExec ? { exec: true } : {}
  return { type: 'file', path, size: bytes, mtime: time, ...rootField(known), ...exec, ...more }
}

function rootField(root: string | undefined): { root?: Root } {
  return isRoot(root) ? { root } : {}
}
