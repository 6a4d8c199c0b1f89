import { median, type Row } from './report.js'
import type { Rival, RivalName } from './rivals.js'

/** A sample that we and others fetch. */
export interface Contest {
  readonly row: string
  /** Where it lies, for the others. */
  readonly path: string
  /** How much of `unit` it is, but for the seconds. */
  readonly amount: number
  readonly unit: string
  /** Seconds of one run of ours. */
  readonly ours: () => Promise<number>
  /** Who takes part, and how many times as fast as they we want to be; some are only told. */
  readonly goals: Readonly<Partial<Record<RivalName, number | 'told'>>>
}

/** Ours and theirs in turn, so that what else the machine does falls on all; the middle of their runs. */
export async function contest(
  { row, path, amount, unit, ours, goals }: Contest,
  installed: readonly Rival[],
  runs: number,
): Promise<readonly Row[]> {
  const theirs = installed
    .filter(({ name }) => name in goals)
    .map(rival => ({ rival, seconds: [] as number[] }))
  const own: number[] = []
  for (let i = 0; i < runs; i++) {
    own.push(await ours())
    for (const { rival, seconds } of theirs) seconds.push(await rival.fetch(path))
  }
  const value = amount / median(own)
  if (theirs.length === 0)
    return [{ row, value, unit, than: 'nothing: no other is installed', reference: value }]
  return theirs.map(({ rival: { name, than }, seconds }) => {
    const goal = goals[name]
    return { row, value, unit, than, reference: amount / median(seconds), ...(goal !== 'told' && { goal }) }
  })
}
