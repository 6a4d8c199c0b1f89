/** One figure of a benchmark, beside what it is compared with in the same run. */
export interface Row {
  readonly row: string
  readonly value: number
  readonly unit: string
  /** What `reference` is. */
  readonly than: string
  readonly reference: number
  /** The ratio that is wanted; left out where the figure is only told. */
  readonly goal?: number
  /** Whether the ratio must be at least the goal, or at most. */
  readonly atMost?: boolean
  /** How far from the goal the ratio may be, above or below. */
  readonly within?: number
}

const json = process.argv.includes('--json')

/** Prints a figure: a line for people, or with --json an object. */
export function show(bench: string, figure: Row): void {
  const { row, value, unit, than, reference, goal } = figure
  const ratio = value / reference
  const ok = isMet(ratio, figure)
  const told = { value: round(value), reference: round(reference), ratio: round(ratio) }
  if (json) console.log(JSON.stringify({ bench, row, unit, than, ...told, ...(goal && { goal }), ok }))
  else {
    const wanted = goal === undefined ? '' : ` (goal ${goalOf(figure)}: ${ok ? 'ok' : 'not met'})`
    console.log(`${row}: ${told.value} ${unit} = ${told.ratio} × ${than} ${told.reference}${wanted}`)
  }
}

function isMet(ratio: number, { goal, atMost, within }: Row): boolean {
  if (goal === undefined) return true
  if (within !== undefined) return Math.abs(ratio - goal) <= within
  return atMost ? ratio <= goal : ratio >= goal
}

function goalOf({ goal, atMost, within }: Row): string {
  if (within !== undefined) return `${goal} ± ${within}`
  return `${atMost ? 'at most' : 'at least'} ${goal}`
}

/** A word on what goes on; nothing with --json. */
export function say(text: string): void {
  if (!json) console.log(text)
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[middle]]
  return (low + high) / 2
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}
