import type { Command } from 'commander'
import { type Peer, PeerError, type SavedSearch, visibleName } from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { formatTime, isoTime } from '../output/index.js'
import { usePeer } from '../use-peer.js'
import { showHits } from './search.js'

const COLUMNS = [
  { title: 'NAME' },
  { title: 'NEW', right: true },
  { title: 'LOOKED' },
  { title: 'WORDS', flexible: true },
]
const EMPTY = 'No search is saved. Save one: tspeer search WORDS --save NAME'

/** `searches [NAME] [--forget]`: the saved searches, or what is new for one. */
export function searchesCommand(run: Run): Command {
  return define<{ readonly forget?: true }>(run, {
    usage: 'searches [name]',
    about: 'list saved searches, or show what is new for one',
    setUp: command => command.option('--forget', 'save it no more'),
    work: (context, [name], { forget }) =>
      usePeer(context, 'home', async ({ peer }) => {
        if (name === undefined) return list(context, await peer.searches.list())
        const search = await find(peer, name)
        if (forget) {
          await peer.searches.remove(search.id)
          context.output.object(searchObject(search))
          context.output.line(`${visibleName(search.name)}: saved no more`)
          return
        }
        showHits(context, search.fresh, 'Nothing is new.')
        await peer.searches.markSeen(search.id)
      }),
  })
}

function list({ output }: Context, searches: readonly SavedSearch[]): void {
  for (const search of searches) output.object(searchObject(search))
  const rows = searches.map(({ name, fresh, lookedAt, query }) => [
    visibleName(name),
    String(fresh.length),
    lookedAt === undefined ? 'not yet' : formatTime(lookedAt),
    visibleName(query.query),
  ])
  output.table(COLUMNS, rows, EMPTY)
}

async function find(peer: Peer, name: string): Promise<SavedSearch> {
  const found = (await peer.searches.list()).find(search => search.name === name)
  if (found) return found
  throw new PeerError('NOT_FOUND', `No search is saved as "${name}". See all with: tspeer searches`)
}

function searchObject({ name, query, fresh, addedAt, lookedAt }: SavedSearch): object {
  return {
    name,
    query,
    new: fresh.length,
    addedAt: isoTime(addedAt),
    lookedAt: lookedAt ? isoTime(lookedAt) : null,
  }
}
