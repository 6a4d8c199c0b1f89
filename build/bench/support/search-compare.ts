import { createSearchIndex, parseQuery } from '../../../core/search/index.js'
import { BruteForce } from '../../../core/search/testing/brute-force.js'
import { linesOf } from './path-lists.js'
import { mixedQueries } from './search-queries.js'
import { batchesOf } from './search-sample.js'

const SEED = 5
const QUERIES = 200
const PAGE = 300
const people = () => ({ name: 'someone', online: true })

/** Asks the index and brute force the same; a query is the same where each finds the same content or path. */
export function compareWithBruteForce(file: string, paths: number) {
  const index = createSearchIndex({ seed: SEED, budgetMs: 60_000 })
  const brute = new BruteForce()
  for (const { owner, entries } of batchesOf(file, paths, SEED)) {
    index.add(owner, entries)
    for (const entry of entries) brute.addNew(owner, entry)
  }
  let same = 0
  let hits = 0
  const queries = mixedQueries([...linesOf(file)], QUERIES, SEED)
  for (const query of queries) {
    const request = { query, offset: 0, limit: PAGE }
    const wanted = brute.search(request, parseQuery(query), people)
    const expected = new Set(wanted.flatMap(hit => hit.entries))
    const found: string[] = []
    for (;;) {
      const page = index.search({ ...request, offset: found.length }, people)
      found.push(...page.hits.map(hit => `${hit.owners[0]?.id}:${hit.path}`))
      if (page.hits.length === 0) break
    }
    hits += found.length
    if (found.length === wanted.length && found.every(entry => expected.has(entry))) same++
  }
  return { same, asked: queries.length, hits }
}
