import { type Command, Option } from 'commander'
import { type FoundFile, type Peer, type SearchQuery, visibleName } from '../../../core/index.js'
import { type Context, orInterrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { parseCount, parseSize } from '../input/index.js'
import { formatSize, isoTime } from '../output/index.js'
import { usePeer } from '../use-peer.js'

type Kind = NonNullable<SearchQuery['kind']>

interface Options {
  readonly type?: Kind
  readonly minSize?: number
  readonly maxSize?: number
  readonly owner?: string
  readonly online?: true
  readonly limit: number
  readonly save?: string
}

const KINDS: readonly Kind[] = ['video', 'audio', 'picture', 'document', 'archive', 'program', 'folder']
const PAGE = 300
const COLUMNS = [{ title: 'SIZE', right: true }, { title: 'FROM' }, { title: 'NAME:PATH', flexible: true }]

/** `search WORDS…`: what anyone shares, best first. */
export function searchCommand(run: Run): Command {
  return define<Options>(run, {
    usage: 'search <words...>',
    about: "search everyone's files by name",
    setUp: command =>
      command
        .addOption(new Option('--type <kind>', 'only this kind').choices(KINDS))
        .option('--min-size <size>', 'only files from this size, such as 10MB', parseSize)
        .option('--max-size <size>', 'only files up to this size', parseSize)
        .option('--owner <name>', 'only what this person shares')
        .option('--online', 'only what somebody online shares')
        .option('--limit <n>', 'at most so many results', parseCount, 100)
        .option('--save <name>', 'keep it: what is new is told, see: tspeer searches'),
    work: (context, words, options) =>
      usePeer(context, 'network', async ({ peer }) => {
        const query = await queryOf(peer, words, options)
        if (options.save !== undefined) await save(context, peer, options.save, query)
        const found = await orInterrupted(context.signal, search(peer, query, options.limit))
        showHits(context, found, 'Nothing found. Try fewer or shorter words.')
      }),
  })
}

/** Hits as they are listed; `empty` where there are none. */
export function showHits({ output }: Context, hits: readonly FoundFile[], empty: string): void {
  for (const hit of hits) output.object(hitObject(hit))
  output.table(COLUMNS, hits.map(hitRow), empty)
}

async function save({ output }: Context, peer: Peer, name: string, query: SearchQuery): Promise<void> {
  const saved = await peer.searches.save(name, query)
  output.note(`Saved as ${visibleName(saved.name)}. What is new shows with: tspeer searches NAME`)
}

async function queryOf(peer: Peer, words: readonly string[], options: Options): Promise<SearchQuery> {
  const { type, minSize, maxSize, owner, online } = options
  return {
    query: words.join(' '),
    ...(type && { kind: type }),
    ...(minSize !== undefined && { minSize }),
    ...(maxSize !== undefined && { maxSize }),
    ...(owner !== undefined && { owner: (await peer.people.find(owner)).id }),
    ...(online && { online }),
  }
}

async function search(peer: Peer, query: SearchQuery, limit: number): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  while (found.length < limit) {
    const page = await peer.files.search({
      ...query,
      offset: found.length,
      limit: Math.min(PAGE, limit - found.length),
    })
    found.push(...page.hits)
    if (page.hits.length === 0 || found.length >= page.total) break
  }
  return found
}

function hitObject({ path, name, type, size, mtime, root, owners }: FoundFile): object {
  return { path, name, type, size, mtime: isoTime(mtime), root: root ?? null, owners }
}

/** The third column is what `get` takes. */
function hitRow({ path, type, size, owners, ownerCount }: FoundFile): string[] {
  const first = owners.find(({ online }) => online) ?? owners[0]
  const from = ownerCount > 1 ? `${ownerCount} people` : first?.online ? 'online' : 'offline'
  const where = `${visibleName(first?.name ?? '?')}:${visibleName(first?.path ?? path)}`
  return [formatSize(size), from, type === 'folder' ? `${where}/` : where]
}
