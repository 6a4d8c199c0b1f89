import { PeerError } from '../../core/errors/index.js'
import { serveWorker } from '../../core/workers/index.js'
import { KeptShares } from './kept-shares.js'
import type { SharesFunctions, SharesHost } from './shares-functions.js'

let shares: KeptShares | undefined

function started(): KeptShares {
  if (!shares) throw new PeerError('CLOSED', 'The shares have not started.')
  return shares
}

const host: SharesHost = serveWorker<SharesHost, SharesFunctions>({
  start(setup) {
    shares = new KeptShares(host, setup)
    return shares.start()
  },
  learn: news => started().learn(news),
  apply: (owner, delta, filesAPerson) => started().apply(owner, delta, filesAPerson),
  verify: (owner, version, digest) => started().verify(owner, version, digest),
  forget: owner => started().forget(owner),
  search: (request, asker) => started().search(request, asker),
  browse: (owner, name, request) => started().browse(owner, name, request),
  owners: root => started().owners(root),
  close: () => started().close(),
})
