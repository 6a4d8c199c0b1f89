// npm run bench -- search [--small] [--million] [--json]: the search index over real names, beside a plain loop over
// fuzzysearch-ts in the same run. The names are the paths of Debian's packages. With --million only what is asked of
// a million of them is measured, which is soon done.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentsLists, sampleLines, writeMadeUpPaths, writeRealPaths } from './support/path-lists.js'
import { median, say, show } from './support/report.js'
import { compareWithBruteForce } from './support/search-compare.js'
import { measureSearch, type SearchFigures } from './support/search-process.js'

const SEED = 5
const small = process.argv.includes('--small')
const onlyMillion = process.argv.includes('--million')
const [SOME, MANY] = small ? [50_000, 200_000] : [1_000_000, 7_300_000]
const COMPARED = small ? 1_000 : 5_000

const folder = mkdtempSync(join(tmpdir(), 'tspeer-bench-'))
try {
  await run()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const all = join(folder, 'all')
  const lists = contentsLists()
  const kind = lists.length > 0 ? 'real' : 'made-up'
  if (lists.length === 0) {
    say('No real names here. On Debian: apt-get install apt-file && apt-file update. Names are made up.')
  }
  const lines = lists.length > 0 ? await writeRealPaths(lists, all) : writeMadeUpPaths(MANY, SEED, all)
  const sample = (want: number) => {
    const file = join(folder, `sample of ${want}`)
    return { file, paths: sampleLines(all, lines, want, SEED, file) }
  }
  if (!onlyMillion) compare(sample(COMPARED), kind)
  tellSome(await measureSearch(sample(SOME)), kind)
  if (!onlyMillion) tellMany(await measureSearch(sample(MANY)), kind)
}

function compare({ file, paths }: { file: string; paths: number }, kind: string): void {
  const { same, asked, hits } = compareWithBruteForce(file, paths)
  show('search', {
    row: `queries of which the hits are those of brute force, ${count(paths)} ${kind} paths, ${hits} hits`,
    value: same,
    unit: 'queries',
    than: 'all',
    reference: asked,
    goal: 1,
  })
}

function tellSome(figures: SearchFigures, kind: string): void {
  const where = `in ${count(figures.files)} ${kind} paths`
  tellTimes(figures, where)
  atMost(`median of 200 searches ${where}`, median(figures.times), 'ms', 3)
  atMost(`95 % of 200 searches ${where}`, percentile(figures.times, 0.95), 'ms', 10)
  const [found, asked] = figures.meant
  show('search', {
    row: `mistyped names found in the first 10 ${where}`,
    value: found,
    unit: 'names',
    than: 'all',
    reference: asked,
    goal: 0.95,
  })
  for (const miss of figures.missed.slice(0, 5)) say(`  not in the first 10: ${miss}`)
  for (const what of ['adding', 'removing'] as const) {
    atMost(`${what} 10,000 files ${where}`, figures[what].ms, 'ms', 100)
    atMost(`${what} 10,000 files ${where}, longest step`, figures[what].pauseMs, 'ms', 20)
  }
}

function tellMany(figures: SearchFigures, kind: string): void {
  const where = `in ${count(figures.files)} ${kind} paths`
  tellTimes(figures, where)
  atMost(`95 % of 200 searches ${where}`, percentile(figures.times, 0.95), 'ms', 50)
  atMost(`memory a file ${where}`, figures.bytesAFile, 'bytes', 130)
  atMost(`building ${where}`, figures.buildSeconds, 's', 60)
}

/** Beside the loop, as it is. */
function tellTimes({ times, loopMs, incomplete }: SearchFigures, where: string): void {
  const beside = { unit: 'ms', than: 'a loop over all names with fuzzysearch-ts', reference: loopMs }
  show('search', { row: `median ${where}`, value: median(times), ...beside })
  show('search', { row: `slowest ${where}`, value: times.at(-1) ?? 0, ...beside })
  if (incomplete > 0) say(`  ${incomplete} answers were incomplete`)
}

function atMost(row: string, value: number, unit: string, goal: number): void {
  show('search', { row, value, unit, than: 'the goal', reference: goal, goal: 1, atMost: true })
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.ceil(sorted.length * part) - 1] ?? 0
}

function count(number: number): string {
  return number.toLocaleString('en')
}
