import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fuzzysearch from 'fuzzysearch-ts'
import { createSearchIndex, type SearchIndex } from '../../../core/search/index.js'
import type { SearchRequest } from '../../../core/wire/index.js'
import { linesOf } from './path-lists.js'
import { median } from './report.js'
import { mistyped, mixedQueries } from './search-queries.js'
import { type Batch, batchesOf, entryOf, ownerOf } from './search-sample.js'

const SEED = 5
const QUERIES = 200
const MISTYPED = 500
/** Each query is measured so often, the best counts: other work on the machine is not ours. */
const ROUNDS = 3
const LOOPS = 20
const CHANGED = 10_000
const CHANGES_A_STEP = 500
const HEAP_MB = 12_000
const people = () => ({ name: 'someone', online: true })

/** What a process measures. */
export interface SearchTask {
  readonly file: string
  readonly paths: number
}

/** Times in ms. */
export interface SearchFigures {
  readonly files: number
  readonly buildSeconds: number
  readonly bytesAFile: number
  readonly times: readonly number[]
  readonly incomplete: number
  /** A loop over all names with fuzzysearch-ts. */
  readonly loopMs: number
  /** Queries of which the name that was meant is in the first ten, of all. */
  readonly meant: readonly [number, number]
  readonly missed: readonly string[]
  readonly adding: Change
  readonly removing: Change
}

/** Adding or removing 10,000 files: in all, and the longest step. */
export interface Change {
  readonly ms: number
  readonly pauseMs: number
}

/** Measures in a process of its own, so that memory is told apart. */
export function measureSearch(task: SearchTask): Promise<SearchFigures> {
  const child = fork(fileURLToPath(import.meta.url), ['measure', JSON.stringify(task)], {
    serialization: 'advanced',
    execArgv: [...process.execArgv, '--expose-gc', `--max-old-space-size=${HEAP_MB}`],
  })
  return figuresOf(child)
}

function figuresOf(child: ChildProcess): Promise<SearchFigures> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as SearchFigures))
    child.once('exit', code => reject(new Error(`the measuring process ended with ${code}`)))
  })
}

function measure({ file, paths }: SearchTask): SearchFigures {
  const index = createSearchIndex({ seed: SEED, budgetMs: 10_000 })
  const before = memory()
  const buildSeconds = build(index, batchesOf(file, paths, SEED))
  const bytesAFile = (memory() - before) / paths
  const { asked, unique, names } = choose(file, paths)
  const { times, incomplete } = timesOf(index, asked)
  const { meant, missed } = findMeant(index, unique)
  const changes = change(index, file, paths)
  return {
    files: paths,
    buildSeconds,
    bytesAFile,
    times,
    incomplete,
    loopMs: loop(names, asked),
    meant,
    missed,
    ...changes,
  }
}

function build(index: SearchIndex, batches: Iterable<Batch>): number {
  let ms = 0
  for (const { owner, entries } of batches) {
    const began = performance.now()
    index.add(owner, entries)
    ms += performance.now() - began
  }
  return ms / 1_000
}

/** Paths to ask for, names that only one file has, and all names folded. */
function choose(file: string, paths: number) {
  const every = Math.max(1, Math.floor(paths / (4 * QUERIES)))
  const asked: string[] = []
  const names: string[] = []
  const counts = new Map<string, number>()
  let n = 0
  for (const path of linesOf(file)) {
    // A stride alone would meet the same folders in step.
    if ((n++ * 7919) % every === 0) asked.push(path)
    const name = path.slice(path.lastIndexOf('/') + 1)
    names.push(name.toLowerCase())
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const one = [...counts].filter(([, count]) => count === 1).map(([name]) => name)
  const step = Math.max(1, Math.floor(one.length / (4 * MISTYPED)))
  return { asked: shuffled(asked), unique: one.filter((_, i) => i % step === 0), names }
}

function timesOf(index: SearchIndex, paths: readonly string[]): { times: number[]; incomplete: number } {
  const queries = mixedQueries(paths, QUERIES, SEED)
  const times = new Array<number>(queries.length).fill(Number.POSITIVE_INFINITY)
  let incomplete = 0
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, query] of queries.entries()) {
      const began = performance.now()
      const { complete } = index.search(requestOf(query), people)
      const ms = performance.now() - began
      times[i] = Math.min(ms, times[i] ?? ms)
      if (!complete) incomplete++
    }
  }
  return { times: times.sort((a, b) => a - b), incomplete }
}

function findMeant(index: SearchIndex, unique: readonly string[]) {
  const asked = mistyped(shuffled(unique), MISTYPED, SEED)
  const missed = asked.filter(({ query, name }) => {
    const { hits } = index.search({ ...requestOf(query), limit: 10 }, people)
    return !hits.some(({ path }) => path.endsWith(`/${name}`))
  })
  return {
    meant: [asked.length - missed.length, asked.length] as const,
    missed: missed.map(({ query, name }) => `${query} for ${name}`),
  }
}

/** Someone comes with 10,000 files of ten places, and goes; the middle of five times. */
function change(index: SearchIndex, file: string, paths: number): { adding: Change; removing: Change } {
  const stretch = Math.floor(paths / 10)
  const entries = [...linesOf(file)]
    .filter((_, i) => i % stretch < CHANGED / 10)
    .slice(0, CHANGED)
    .map((path, i) => entryOf(path, paths + i))
  const owner = ownerOf(paths + 1, 1)
  const added: Change[] = []
  const removed: Change[] = []
  for (let run = 0; run < 5; run++) {
    added.push(steps(addingSteps(index, owner, entries)))
    removed.push(steps(index.removing(owner, '')))
  }
  return { adding: middle(added), removing: middle(removed) }
}

function* addingSteps(index: SearchIndex, owner: Batch['owner'], entries: Batch['entries']): Generator<void> {
  for (let from = 0; from < entries.length; from += CHANGES_A_STEP) {
    index.add(owner, entries.slice(from, from + CHANGES_A_STEP))
    yield
  }
}

function steps(work: Generator<void>): Change {
  let pauseMs = 0
  const began = performance.now()
  for (let at = began; ; ) {
    const { done } = work.next()
    const now = performance.now()
    pauseMs = Math.max(pauseMs, now - at)
    at = now
    if (done) return { ms: now - began, pauseMs }
  }
}

function middle(changes: readonly Change[]): Change {
  return { ms: median(changes.map(({ ms }) => ms)), pauseMs: median(changes.map(({ pauseMs }) => pauseMs)) }
}

function loop(names: readonly string[], paths: readonly string[]): number {
  const times = mixedQueries(paths, LOOPS, SEED).map(query => {
    const words = query.split(' ')
    const began = performance.now()
    let found = 0
    for (const name of names) if (words.every(word => fuzzysearch(word, name))) found++
    return found >= 0 ? performance.now() - began : 0
  })
  return median(times)
}

/** In an order of no meaning, the same each time. */
function shuffled(texts: readonly string[]): string[] {
  const order = (text: string) => {
    let hash = 0
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    return hash
  }
  return texts
    .map(text => [order(text), text] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, text]) => text)
}

function requestOf(query: string): SearchRequest {
  return { query, offset: 0, limit: 50 }
}

function memory(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage.rss()
}

if (process.argv[2] === 'measure') {
  process.send?.(measure(JSON.parse(process.argv[3] ?? '') as SearchTask))
  process.disconnect()
}
