import type { OfferedEntry } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import type { OfferBody } from '../../wire/index.js'
import { listFault } from './offer-entries.js'

/** What is listed at first may not be more than what is offered in all: BAD_INPUT. */
export function checkOffer({ files, bytes, count }: OfferBody, entries: readonly OfferedEntry[]): void {
  const listedFiles = entries.filter(({ type }) => type === 'file').length
  const listedBytes = entries.reduce((sum, { size }) => sum + size, 0)
  const fault = listFault(entries)
  if (fault) throw new PeerError('BAD_INPUT', `The list of the offer ${fault}.`)
  if (entries.length > count || listedFiles > files || listedBytes > bytes)
    throw new PeerError('BAD_INPUT', 'The offer lists more than it says it is.')
}
