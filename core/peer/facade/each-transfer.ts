import type { Transfer, TransferAction } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import type { Parts } from '../parts.js'

const OVER: readonly Transfer['state'][] = ['done', 'failed', 'cancelled']

/** Does the same to many downloads and sends: those named, or all to which it applies. */
export async function eachTransfer(
  { transfers, offers: { sends } }: Parts,
  action: TransferAction,
  which: readonly string[] | 'all',
): Promise<readonly Transfer[]> {
  const isAll = which === 'all'
  // Of sends only those that go on are cancelled with all: a send is paused and resumed by its receiver.
  const going = () => sends.list().filter(({ state }) => action === 'cancel' && !OVER.includes(state))
  const sent = isAll ? going().map(({ id }) => id) : which.filter(id => sends.has(id))
  if (action === 'pause' && sent.length > 0)
    throw new PeerError('BAD_INPUT', 'A send can’t be paused here: its receiver can. Cancel it instead.')
  const done = await transfers.each(action, isAll ? 'all' : which.filter(id => !sends.has(id)))
  const changed = sent.map(id => (action === 'cancel' ? sends.cancel(id) : sends.resume(id)))
  return [...done, ...(await Promise.all(changed))]
}
