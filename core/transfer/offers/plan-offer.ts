import type { AcceptChoice, OfferedEntry } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import { partFault } from '../../paths/index.js'
import type { PlannedEntry } from '../plan.js'
import { foldersAbove, isChosen, topOf } from './offer-entries.js'

/** Things at the top of an offer that become a download each; more go into one folder together. */
const MOST_LOOSE = 32

/** A download that an accepted offer becomes. */
export interface OfferPlan {
  readonly name: string
  readonly entries: readonly PlannedEntry[]
}

/** What of an offer is wanted, as the wire has it: undefined for all. BAD_INPUT for a path that isn't in it. */
export function chosenBits(
  entries: readonly OfferedEntry[],
  wanted: AcceptChoice['entries'],
): Buffer | undefined {
  if (!wanted) return undefined
  const paths = new Set(wanted)
  const bits = Buffer.alloc(Math.ceil(entries.length / 8))
  let files = 0
  entries.forEach(({ path, type }, index) => {
    const isWanted = paths.has(path) || [...foldersAbove(path)].some(above => paths.has(above))
    if (!isWanted) return
    bits[index >> 3] = (bits[index >> 3] ?? 0) | (0x80 >> (index & 7))
    if (type === 'file') files++
  })
  const known = new Set(entries.map(({ path }) => path))
  const unknown = wanted.find(path => !known.has(path))
  if (unknown !== undefined) throw new PeerError('BAD_INPUT', `"${unknown}" is not in this offer.`)
  if (files === 0 && paths.size === 0)
    throw new PeerError('BAD_INPUT', 'Nothing of the offer is chosen. Decline it, or choose something.')
  return bits
}

/** The new names, checked: of a path in the offer, and one name each. */
export function checkRename(entries: readonly OfferedEntry[], rename: AcceptChoice['rename']): void {
  const known = new Set(entries.map(({ path }) => path))
  for (const [path, name] of Object.entries(rename ?? {})) {
    if (!known.has(path)) throw new PeerError('BAD_INPUT', `"${path}" is not in this offer.`)
    if (typeof name !== 'string' || partFault(name))
      throw new PeerError('BAD_NAME', 'A file can’t have that name. Choose another.')
  }
  const named = new Set(entries.map(({ path }) => renamedPath(path, rename)))
  if (named.size < known.size)
    throw new PeerError('BAD_INPUT', 'Two things in one folder would have the same name. Choose another.')
}

/** The downloads that an accepted offer becomes: one for each thing at its top, or one folder of many. */
export function plansOf(
  entries: readonly OfferedEntry[],
  options: {
    readonly bits?: Uint8Array | undefined
    readonly rename?: AcceptChoice['rename']
    /** What the folder of many things is called. */
    readonly together: string
    /** For a folder that the sender did not list. */
    readonly at: number
  },
): OfferPlan[] {
  const groups = new Map<string, OfferedEntry[]>()
  entries.forEach((entry, index) => {
    if (!isChosen(options.bits, index)) return
    const top = topOf(entry.path)
    const group = groups.get(top)
    if (group) group.push(entry)
    else groups.set(top, [entry])
  })
  const plans = [...groups].map(([top, group]) => planOf(top, group, options))
  if (plans.length <= MOST_LOOSE) return plans
  const folder = { type: 'folder', path: '', remotePath: '', size: 0, mtime: options.at } as const
  const inside = plans.flatMap(({ name, entries: below }) =>
    below.map(entry => ({ ...entry, path: entry.path === '' ? name : `${name}/${entry.path}` })),
  )
  return [{ name: options.together, entries: [folder, ...inside] }]
}

function planOf(
  top: string,
  group: readonly OfferedEntry[],
  { rename, at }: { readonly rename?: AcceptChoice['rename']; readonly at: number },
): OfferPlan {
  const name = renamedPath(top, rename)
  const planned = group.map(({ path, ...entry }) => ({
    ...entry,
    path: renamedPath(path, rename).slice(name.length + 1),
    remotePath: path,
  }))
  const listed = planned.filter(({ path }) => path === '')
  const first: PlannedEntry = listed[0] ?? { type: 'folder', path: '', remotePath: top, size: 0, mtime: at }
  return { name, entries: [first, ...planned.filter(({ path }) => path !== '')] }
}

/** A path of the offer with each of its parts under its new name. */
function renamedPath(path: string, rename: AcceptChoice['rename']): string {
  if (!rename) return path
  return [...foldersAbove(path), path]
    .map(part => (Object.hasOwn(rename, part) ? rename[part] : part.slice(part.lastIndexOf('/') + 1)))
    .join('/')
}
