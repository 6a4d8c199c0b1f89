/** A run of selected rows: from `first` up to, not including, `end`. */
export interface Run {
  readonly first: number
  readonly end: number
}

/** Selected rows of a list as runs in order that don't touch, so that a million rows cost as much as one. */
export interface Selection {
  readonly runs: readonly Run[]
  /** Where a Shift selection starts from. */
  readonly anchor: number
}

export const NOTHING: Selection = { runs: [], anchor: 0 }

export function selectOnly(index: number): Selection {
  return { runs: [{ first: index, end: index + 1 }], anchor: index }
}

export function selectAll(count: number): Selection {
  return count > 0 ? { runs: [{ first: 0, end: count }], anchor: 0 } : NOTHING
}

/** From the anchor to this row, and nothing else. */
export function selectTo({ anchor }: Selection, index: number): Selection {
  return { runs: [{ first: Math.min(anchor, index), end: Math.max(anchor, index) + 1 }], anchor }
}

export function toggle({ runs }: Selection, index: number): Selection {
  const isIn = runs.some(run => index >= run.first && index < run.end)
  const next = isIn ? without(runs, index) : merge([...runs, { first: index, end: index + 1 }])
  return { runs: next, anchor: index }
}

export function isSelected({ runs }: Selection, index: number): boolean {
  return runs.some(run => index >= run.first && index < run.end)
}

export function selectedCount({ runs }: Selection): number {
  return runs.reduce((sum, run) => sum + run.end - run.first, 0)
}

/** The selected rows in order, `most` of them at most. */
export function* selectedIndexes({ runs }: Selection, most: number): Generator<number> {
  let given = 0
  for (const { first, end } of runs) {
    for (let index = first; index < end && given < most; index++, given++) yield index
  }
}

function without(runs: readonly Run[], index: number): readonly Run[] {
  return runs.flatMap(({ first, end }) => {
    if (index < first || index >= end) return [{ first, end }]
    return [
      { first, end: index },
      { first: index + 1, end },
    ].filter(run => run.first < run.end)
  })
}

function merge(runs: readonly Run[]): readonly Run[] {
  const merged: Run[] = []
  for (const run of [...runs].sort((a, b) => a.first - b.first)) {
    const last = merged.at(-1)
    if (last && run.first <= last.end)
      merged[merged.length - 1] = { first: last.first, end: Math.max(last.end, run.end) }
    else merged.push(run)
  }
  return merged
}
