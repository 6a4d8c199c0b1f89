import { type Peer, PeerError, type Transfer } from '../../core/index.js'

/** Transfers by id or its beginning; all are looked up before the first is touched. */
export async function chooseTransfers(peer: Peer, ids: readonly string[]): Promise<Transfer[]> {
  const transfers = await peer.transfers.list()
  return ids.map(text => {
    const matches = transfers.filter(({ id }) => text !== '' && id.startsWith(text.toLowerCase()))
    const [match] = matches
    if (match && matches.length === 1) return match
    if (match)
      throw new PeerError('AMBIGUOUS', `More than one transfer begins with "${text}". Give more of the id.`)
    throw new PeerError('NOT_FOUND', `There is no transfer "${text}". See them with: tspeer transfers`)
  })
}
