import type { FileKind, PeerId } from '../../../core/browser.js'
import type { SearchFilters } from '../stores/index.js'

const KINDS: readonly FileKind[] = [
  'video', 'audio', 'picture', 'document', 'archive', 'program', 'folder',
] // biome-ignore format: a list of words

/** The filters of a search as its address ends, `?kind=video&min=10000000`; nothing without any. */
export function formatFilters(filters: SearchFilters): string {
  const { kind, extensions, minSize, maxSize, owner, online } = filters
  const beside = new URLSearchParams()
  if (kind) beside.set('kind', kind)
  if (extensions?.length) beside.set('ext', extensions.join(','))
  if (minSize) beside.set('min', String(minSize))
  if (maxSize !== undefined) beside.set('max', String(maxSize))
  if (owner) beside.set('owner', owner)
  if (online) beside.set('online', 'yes')
  return beside.size === 0 ? '' : `?${beside}`
}

/** Reads them; what is none, such as typed by hand, is left out. */
export function parseFilters(text: string): SearchFilters | undefined {
  const beside = new URLSearchParams(text)
  const kind = KINDS.find(one => one === beside.get('kind'))
  const extensions = (beside.get('ext') ?? '').split(',').filter(Boolean)
  const minSize = sizeOf(beside.get('min'))
  const maxSize = sizeOf(beside.get('max'))
  const owner = beside.get('owner') ?? ''
  const filters: SearchFilters = {
    ...(kind && { kind }),
    ...(extensions.length > 0 && { extensions }),
    ...(minSize && { minSize }),
    ...(maxSize !== undefined && { maxSize }),
    ...(/^[a-z2-7]{52}$/.test(owner) && { owner: owner as PeerId }),
    ...(beside.get('online') === 'yes' && { online: true }),
  }
  return Object.keys(filters).length > 0 ? filters : undefined
}

function sizeOf(text: string | null): number | undefined {
  const size = /^\d+$/.test(text ?? '') ? Number(text) : Number.NaN
  return Number.isSafeInteger(size) ? size : undefined
}
