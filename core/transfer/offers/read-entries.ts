import type { OfferedEntry } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import { LIMITS } from '../../wire/index.js'
import { fromWire, listFault } from './offer-entries.js'
import type { ReceivedOffer } from './offer-store.js'
import type { Letterbox } from './post.js'

/** Reads all entries of an offer at its sender, by offset; never more than was offered. */
export async function readEntries(
  { id, count, files, bytes }: Pick<ReceivedOffer, 'id' | 'count' | 'files' | 'bytes'>,
  connection: Letterbox,
): Promise<ReadonlyMap<number, readonly OfferedEntry[]>> {
  const pages = new Map<number, readonly OfferedEntry[]>()
  let listed = 0
  let listedFiles = 0
  let listedBytes = 0
  while (listed < count) {
    const page = await connection.request('OFFER_ENTRIES', { id, offset: listed, limit: LIMITS.pageEntries })
    const entries = page.entries.map(fromWire)
    pages.set(listed, entries)
    listed += entries.length
    for (const { type, size } of entries) {
      if (type === 'file') listedFiles++
      listedBytes += size
    }
    const isMore = listed > count || listedFiles > files || listedBytes > bytes
    if (entries.length === 0 || page.total !== count || isMore) throw otherList('is not what was offered')
  }
  const fault = listFault([...pages.values()].flat())
  if (fault) throw otherList(fault)
  return pages
}

/** For whoever waits it is an offer that can't be had. */
function otherList(fault: string): PeerError {
  return new PeerError('BAD_INPUT', `The list of the offer ${fault}. Ask its sender to send it again.`)
}
