import { LIMITS, type SearchHit } from '../wire/index.js'

/** As many hits as fit a message, at least one; a hit too big for a message of its own lists fewer owners. */
export function fittingHits(hits: readonly SearchHit[]): SearchHit[] {
  const page: SearchHit[] = []
  let bytes = 0
  for (const hit of hits) {
    const fitting = fitOwners(hit, LIMITS.pageBytes)
    bytes += bytesOf(fitting)
    if (page.length > 0 && bytes > LIMITS.pageBytes) break
    page.push(fitting)
  }
  return page
}

function fitOwners(hit: SearchHit, limit: number): SearchHit {
  let { owners } = hit
  while (owners.length > 1 && bytesOf({ ...hit, owners }) > limit)
    owners = owners.slice(0, owners.length >> 1)
  return owners === hit.owners ? hit : { ...hit, owners }
}

/** About what a hit takes in a message: more than CBOR needs. */
function bytesOf(hit: SearchHit): number {
  const owners = hit.owners.reduce((sum, owner) => sum + 130 + Buffer.byteLength(owner.path), 0)
  return 200 + Buffer.byteLength(hit.path) + owners
}
