import type { Command } from 'commander'
import {
  type DownloadRequest,
  type Peer,
  PeerError,
  type Subscription,
  type Transfer,
  visibleName,
} from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { formatTime, isoTime } from '../output/index.js'
import { usePeer } from '../use-peer.js'

const COLUMNS = [
  { title: 'ID' },
  { title: 'FROM' },
  { title: 'UPDATED' },
  { title: 'FOLDER', flexible: true },
]
const EMPTY = 'No folder is followed. Follow one: tspeer get --follow NAME:PATH'
const SHOWN_ID_CHARACTERS = 8

/** `subscriptions`: the folders that follow their source. */
export function subscriptionsCommand(run: Run): Command {
  return define(run, {
    usage: 'subscriptions',
    about: 'list folders that follow their source',
    work: context =>
      usePeer(context, 'home', async ({ peer }) => {
        const all = await peer.subscriptions.list()
        for (const subscription of all) context.output.object(subscriptionObject(subscription))
        context.output.table(COLUMNS, all.map(row), EMPTY)
      }),
  })
}

/** `unsubscribe ID…`: they are updated no more; what is here stays. */
export function unsubscribeCommand(run: Run): Command {
  return define(run, {
    usage: 'unsubscribe <ids...>',
    about: 'follow folders no more; what is here stays',
    work: (context, ids) =>
      usePeer(context, 'home', async ({ peer }) => {
        for (const subscription of await choose(peer, ids)) {
          await peer.subscriptions.remove(subscription.id)
          context.output.object(subscriptionObject(subscription))
          context.output.line(`${visibleName(subscription.path)}: not followed any more`)
        }
      }),
  })
}

/** Follows what is asked for; gives the downloads that this started. */
export async function subscribeTo(
  context: Context,
  peer: Peer,
  requests: readonly DownloadRequest[],
  { target }: { readonly target?: string },
): Promise<Transfer[]> {
  const started = new Set<string>()
  for (const request of requests) {
    if ('root' in request) throw new PeerError('BAD_INPUT', 'Only a folder of a person can be followed.')
    for (const path of request.paths) {
      const added = await peer.subscriptions.add({ owner: request.owner, path, ...(target && { target }) })
      if (added.error) throw new PeerError(added.error.code, added.error.message)
      if (added.transfer !== undefined) started.add(added.transfer)
      context.output.note(`Following ${visibleName(path)}. Stop with: tspeer unsubscribe ${shownId(added)}`)
    }
  }
  return (await peer.transfers.list()).filter(({ id }) => started.has(id))
}

async function choose(peer: Peer, ids: readonly string[]): Promise<Subscription[]> {
  const all = await peer.subscriptions.list()
  return ids.map(text => {
    const matches = all.filter(({ id }) => text !== '' && id.startsWith(text.toLowerCase()))
    const [match] = matches
    if (match && matches.length === 1) return match
    if (match) throw new PeerError('AMBIGUOUS', `More than one begins with "${text}". Give more of the id.`)
    throw new PeerError('NOT_FOUND', `Nothing is followed as "${text}". See all with: tspeer subscriptions`)
  })
}

function subscriptionObject(subscription: Subscription): object {
  const { addedAt, checkedAt, updatedAt, ...rest } = subscription
  return {
    ...rest,
    addedAt: isoTime(addedAt),
    ...(checkedAt !== undefined && { checkedAt: isoTime(checkedAt) }),
    ...(updatedAt !== undefined && { updatedAt: isoTime(updatedAt) }),
  }
}

function row(subscription: Subscription): string[] {
  const { ownerName, updatedAt, path, target, error } = subscription
  const when = error ? error.message : updatedAt === undefined ? 'not yet' : formatTime(updatedAt)
  return [
    shownId(subscription),
    visibleName(ownerName),
    when,
    `${visibleName(path)} in ${visibleName(target)}`,
  ]
}

function shownId({ id }: Subscription): string {
  return id.slice(0, SHOWN_ID_CHARACTERS)
}
