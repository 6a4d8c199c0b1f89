import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { ConflictRule, DownloadRequest, Peer, PeerId, Transfer } from '../../../core/index.js'
import { type Context, goOn, Interrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { followTransfers } from '../follow-transfers.js'
import { parseTarget, type Target } from '../input/index.js'
import { type UsedPeer, usePeer } from '../use-peer.js'
import { entriesOf, ownerOf } from './ls.js'
import { subscribeTo } from './subscriptions.js'

/** `get NAME:PATH…`: downloads, shows how it goes, then the result. */
export function getCommand(run: Run): Command {
  return define<GetOptions>(run, {
    usage: 'get <what...>',
    about: 'download files and folders: NAME:PATH, or root:ROOT',
    setUp: command =>
      command
        .option('-o, --output <dir>', 'into this folder (default: the download folder)')
        .addOption(
          new Option(
            '--on-conflict <rule>',
            'where a name is taken (default: the setting onConflict)',
          ).choices(['keep-both', 'overwrite', 'skip']),
        )
        .option('--follow', 'folders only: update them here from now on when they change there'),
    work: async (context, texts, options) => {
      const targets = texts.map(parseTarget)
      const given = {
        ...(options.output !== undefined && { target: resolve(context.cwd, options.output) }),
        ...(options.onConflict && { onConflict: options.onConflict }),
      }
      await usePeer(context, 'network', async used => {
        const requests = await requestsOf(used.peer, targets)
        goOn(context.signal)
        if (options.follow) {
          await followOrPause(context, used, await subscribeTo(context, used.peer, requests, given))
          return
        }
        const started: Transfer[] = []
        for (const request of requests)
          started.push(...(await used.peer.transfers.download({ ...request, ...given })))
        await followOrPause(context, used, started)
      })
    },
  })
}

/** What `get` can be told. */
interface GetOptions {
  readonly output?: string
  readonly onConflict?: ConflictRule
  readonly follow?: true
}

/** One request for each person; every name is looked up before anything starts. */
async function requestsOf(peer: Peer, targets: readonly Target[]): Promise<DownloadRequest[]> {
  const paths = new Map<PeerId, string[]>()
  const requests: DownloadRequest[] = []
  for (const target of targets) {
    if (target.kind === 'root') {
      requests.push({ root: target.root })
      continue
    }
    const { id } = await ownerOf(peer, target.who)
    paths.set(id, [...(paths.get(id) ?? []), ...(await pathsOf(peer, id, target.path))])
  }
  for (const [owner, list] of paths) requests.push({ owner, paths: list })
  return requests
}

/** A whole share is each thing in it. */
async function pathsOf(peer: Peer, owner: PeerId, path: string): Promise<string[]> {
  if (path !== '') return [path]
  const top: string[] = []
  for await (const entry of entriesOf(peer, owner, '')) if (!entry.reason) top.push(entry.path)
  return top
}

/** An interrupted download loses nothing: with a peer of our own it goes on at its next start, else it is paused. */
export async function followOrPause(
  context: Context,
  { peer, own }: UsedPeer,
  started: readonly Transfer[],
): Promise<void> {
  if (started.length === 0) return
  try {
    await followTransfers(context, peer, started)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    const open = (await peer.transfers.list()).filter(
      ({ id, state }) => started.some(transfer => transfer.id === id) && !OVER.has(state),
    )
    if (!own) for (const { id } of open) await peer.transfers.pause(id)
    const ids = open.map(({ id }) => id.slice(0, 8)).join(' ')
    if (open.length > 0) context.output.note(`Stopped, nothing is lost. Go on with: tspeer resume ${ids}`)
    throw error
  }
}

const OVER: ReadonlySet<Transfer['state']> = new Set(['done', 'failed', 'cancelled'])
