import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type Offer, type Peer, PeerError, type Transfer, visibleName } from '../../../core/index.js'
import { type Context, orInterrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { filesText, offerObject, shownId } from '../offer-lines.js'
import { formatSize, formatTime } from '../output/index.js'
import { type UsedPeer, usePeer } from '../use-peer.js'
import { followOrPause } from './get.js'

const COLUMNS = [
  { title: 'ID' },
  { title: 'FROM' },
  { title: 'FILES', right: true },
  { title: 'SIZE', right: true },
  { title: 'MADE' },
  { title: 'STATE' },
  { title: 'NAME', flexible: true },
]

const STATES: { readonly [S in Offer['state']]: string } = {
  waiting: 'waits for you',
  later: 'put off',
  accepted: 'accepted',
  done: 'done',
  declined: 'declined',
}

/** `offers`: what others want to send. */
export function offersCommand(run: Run): Command {
  return define<{ readonly all?: true }>(run, {
    usage: 'offers',
    about: 'list what others want to send and that waits for an answer',
    setUp: command => command.option('--all', 'also what was answered a short while ago'),
    work: (context, _, { all }) =>
      usePeer(context, 'home', async ({ peer }) => {
        const offers = (await peer.offers.list()).filter(offer => all || isOpen(offer))
        for (const offer of offers) context.output.object(offerObject(offer))
        context.output.table(COLUMNS, offers.map(row), 'Nobody has offered anything.')
      }),
  })
}

/** `accept ID…`: downloads what was offered, and stays until it is there. */
export function acceptCommand(run: Run): Command {
  return define<{ readonly output?: string; readonly only?: readonly string[] }>(run, {
    usage: 'accept <ids...>',
    about: 'accept offers, and download what is in them',
    setUp: command =>
      command
        .option('-o, --output <dir>', 'into this folder (default: the download folder)')
        .option('--only <path...>', 'only these files and folders of the offer'),
    work: (context, ids, { output, only }) =>
      usePeer(context, 'network', async used => {
        const chosen = await choose(used.peer, ids)
        const choice = {
          ...(output !== undefined && { target: resolve(context.cwd, output) }),
          ...(only && { entries: only }),
        }
        const started: Transfer[] = []
        for (const { id } of chosen) started.push(...(await accept(context, used, id, choice)))
        await followOrPause(context, used, started)
      }),
  })
}

/** `decline ID…`. */
export function declineCommand(run: Run): Command {
  return define(run, {
    usage: 'decline <ids...>',
    about: 'decline offers; for ten minutes they can still be accepted',
    work: (context, ids) =>
      usePeer(context, 'network', async ({ peer }) => {
        for (const { id } of await choose(peer, ids)) {
          const offer = await peer.offers.decline(id)
          context.output.object(offerObject(offer))
          context.output.line(`${visibleName(offer.name)}: ${STATES[offer.state]}`)
        }
      }),
  })
}

/** Accepts one; gives its downloads, which start when its sender knows. */
async function accept(
  context: Context,
  { peer }: UsedPeer,
  id: string,
  choice: Parameters<Peer['offers']['accept']>[1],
): Promise<Transfer[]> {
  let settle: (transfers: readonly string[]) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const started = new Promise<readonly string[]>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  started.catch(() => {})
  const stop = peer.subscribe(event => {
    if (event.kind === 'offer' && event.offer.id === id && event.offer.transfers.length > 0)
      settle(event.offer.transfers)
    else if (event.kind === 'offer-removed' && event.id === id)
      fail(new PeerError('NOT_FOUND', 'Its sender has taken the offer back.'))
    else if (event.kind === 'closed')
      fail(new PeerError('CLOSED', 'The peer was stopped. The download starts when it runs again.'))
  })
  try {
    const offer = await peer.offers.accept(id, choice)
    if (offer.transfers.length > 0) settle(offer.transfers)
    else context.output.note(`Accepted. It starts when ${visibleName(offer.fromName)} is here.`)
    const ids = await orInterrupted(context.signal, started)
    return (await peer.transfers.list()).filter(transfer => ids.includes(transfer.id))
  } finally {
    stop()
  }
}

/** Offers by id or its beginning; all are looked up before the first is answered. */
async function choose(peer: Peer, ids: readonly string[]): Promise<Offer[]> {
  const offers = await peer.offers.list()
  return ids.map(text => {
    const matches = offers.filter(({ id }) => text !== '' && id.startsWith(text.toLowerCase()))
    const [match] = matches
    if (match && matches.length === 1) return match
    if (match)
      throw new PeerError('AMBIGUOUS', `More than one offer begins with "${text}". Give more of the id.`)
    throw new PeerError('NOT_FOUND', `There is no offer "${text}". See them with: tspeer offers`)
  })
}

function isOpen({ state }: Offer): boolean {
  return state === 'waiting' || state === 'later'
}

function row({ id, fromName, files, bytes, at, state, name }: Offer): string[] {
  const who = visibleName(fromName)
  return [
    shownId(id),
    who,
    filesText(files),
    formatSize(bytes),
    formatTime(at),
    STATES[state],
    visibleName(name),
  ]
}
