import { resolve } from 'node:path'
import type { DownloadRequest, Transfer } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import { type PeerId, parsePeerId } from '../../identity/index.js'
import { parseRoot } from '../../manifest/index.js'
import type { PlannedEntry } from '../../transfer/index.js'
import type { Parts } from '../parts.js'
import { conflictRule } from '../settings.js'
import { browseAt } from './browse-at.js'
import { fetchable } from './fetchable.js'
import { textOf } from './given.js'
import { type Browse, planByRoot, planDownload } from './plan-download.js'

/** Lists again what a download is of. */
export async function* listAgain(
  parts: Parts,
  owner: PeerId,
  path: string,
): AsyncGenerator<readonly PlannedEntry[]> {
  const browse: Browse = async query => (await browseAt(parts, owner, query)).answer
  const { entries } = await planDownload(browse, parts.people.name(owner), path)
  if (Symbol.iterator in entries) yield [...entries]
  else yield* entries
}

export async function download(parts: Parts, request: DownloadRequest): Promise<readonly Transfer[]> {
  const given = {
    ...(request.onConflict !== undefined && { onConflict: conflictRule(request.onConflict) }),
    ...(request.target !== undefined && { target: resolve(request.target) }),
  }
  if ('root' in request) {
    const root = parseRoot(textOf(request.root, 'Give a root of 64 hex digits.'))
    const known = request.size === undefined ? await parts.registry.required().sources(root) : undefined
    const size = request.size ?? known?.size
    if (size === undefined)
      throw new PeerError(
        'NOT_FOUND',
        'Nobody here has that content now. Try again when more people are online.',
      )
    const name = request.name ?? known?.name ?? root
    return [await parts.transfers.start({ ...planByRoot(root, size, name), ...given })]
  }
  const owner = parsePeerId(textOf(request.owner, 'Say from whom.'))
  if (owner === parts.identity.id) throw new PeerError('BAD_INPUT', 'That is in your own share already.')
  parts.trust.check(owner)
  const ownerName = parts.people.name(owner)
  const browse: Browse = async query => (await browseAt(parts, owner, query)).answer
  const plans = []
  for (const path of request.paths) plans.push(await planDownload(browse, ownerName, fetchable(path)))
  const started: Transfer[] = []
  for (const plan of plans) started.push(await parts.transfers.start({ ...plan, ...given, owner, ownerName }))
  return started
}
