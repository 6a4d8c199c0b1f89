import type { DownloadPlan, PlannedEntry } from './plan.js'

/** How many entries that are at hand are taken at once. */
const AT_ONCE = 1_000

/** A list in groups: what is at hand many at a time, what is still being listed as it comes. */
export async function* groupsOf(entries: DownloadPlan['entries']): AsyncGenerator<readonly PlannedEntry[]> {
  if (!(Symbol.iterator in entries)) {
    for await (const group of entries) if (group.length > 0) yield group
    return
  }
  let group: PlannedEntry[] = []
  for (const entry of entries) {
    group.push(entry)
    if (group.length < AT_ONCE) continue
    yield group
    group = []
    await new Promise(resolve => setImmediate(resolve))
  }
  if (group.length > 0) yield group
}

/** The first entry of a list, and the whole list again. */
export async function firstOf(groups: AsyncGenerator<readonly PlannedEntry[]>): Promise<{
  readonly first?: PlannedEntry
  readonly all: AsyncIterable<readonly PlannedEntry[]>
}> {
  const { value, done } = await groups.next()
  const group: readonly PlannedEntry[] = done ? [] : value
  async function* all(): AsyncGenerator<readonly PlannedEntry[]> {
    yield group
    yield* groups
  }
  return { ...(group[0] && { first: group[0] }), all: all() }
}
