import type { Command } from 'commander'
import { type Peer, PeerError, type Transfer, visibleName } from '../../../core/index.js'
import { chooseTransfers } from '../choose-transfers.js'
import { type Context, orInterrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { followTransfers } from '../follow-transfers.js'
import { formatDuration, formatPercent, formatRate, formatSize, table } from '../output/index.js'
import { stateText, transferObject, withWhom } from '../transfer-lines.js'
import { usePeer } from '../use-peer.js'
import { listEntries } from './transfer-entries.js'

const COLUMNS = [
  { title: 'ID' },
  { title: 'DONE', right: true },
  { title: 'SIZE', right: true },
  { title: 'RATE', right: true },
  { title: 'LEFT', right: true },
  { title: 'STATE' },
  { title: 'WITH' },
  { title: 'NAME', flexible: true },
]
const EMPTY = 'There are no transfers. Download something: tspeer get NAME:PATH'
/** In place of ids. */
const ALL = 'all'
const SHOWN_ID_CHARACTERS = 8
const REDRAW_MS = 250

/** `transfers [ID] [--watch]`: the queue, newest first, or what one download is of. */
export function transfersCommand(run: Run): Command {
  return define<{ readonly watch?: true }>(run, {
    usage: 'transfers [id]',
    about: 'list downloads and sends, newest first, or what one of them is of',
    setUp: command => command.option('--watch', 'go on showing changes until interrupted'),
    work: (context, [id], { watch }) =>
      usePeer(context, watch ? 'network' : 'home', async ({ peer }) => {
        if (id !== undefined) {
          for (const transfer of await chooseTransfers(peer, [id])) await listEntries(context, peer, transfer)
          return
        }
        if (watch && context.output.isTerminal) return watchScreen(context, peer)
        const transfers = await peer.transfers.list()
        for (const transfer of transfers) context.output.object(transferObject(transfer))
        context.output.table(COLUMNS, transfers.map(row), EMPTY)
        if (watch) await watchLines(context, peer)
      }),
  })
}

/** `pause ID`, `cancel ID`, or `all`. */
export function pauseCommand(run: Run): Command {
  return changeCommand(run, 'pause', 'pause downloads, or all')
}

export function cancelCommand(run: Run): Command {
  return changeCommand(run, 'cancel', 'cancel downloads, or all; what is finished stays')
}

/** `resume ID`, or `all`: goes on; with a peer of its own it stays until the downloads are there. */
export function resumeCommand(run: Run): Command {
  return define(run, {
    usage: 'resume <ids...>',
    about: 'go on with what is paused or failed, or with all of it',
    work: (context, ids) =>
      usePeer(context, 'network', async ({ peer, own }) => {
        const resumed = await change(peer, 'resume', ids)
        if (own) await followTransfers(context, peer, resumed)
        else tell(context, resumed)
      }),
  })
}

function changeCommand(run: Run, action: 'pause' | 'cancel', about: string): Command {
  return define(run, {
    usage: `${action} <ids...>`,
    about,
    work: (context, ids) =>
      usePeer(context, 'home', async ({ peer }) => tell(context, await change(peer, action, ids))),
  })
}

/** Does the same to those named, or to all to which it applies. */
async function change(
  peer: Peer,
  action: 'pause' | 'resume' | 'cancel',
  ids: readonly string[],
): Promise<readonly Transfer[]> {
  if (ids.length === 1 && ids[0] === ALL) return peer.transfers.each(action, ALL)
  const changed: Transfer[] = []
  for (const { id } of await chooseTransfers(peer, ids)) changed.push(await peer.transfers[action](id))
  return changed
}

function tell(context: Context, transfers: readonly Transfer[]): void {
  for (const transfer of transfers) show(context, transfer)
  if (transfers.length === 0) context.output.line('There was nothing to do.')
}

function show({ output }: Context, transfer: Transfer): void {
  output.object(transferObject(transfer))
  output.line(`${visibleName(transfer.name)}: ${stateText(transfer)}`)
}

function row(transfer: Transfer): string[] {
  const { id, bytes, total, rate, eta, state, name } = transfer
  const moving = state === 'downloading'
  return [
    id.slice(0, SHOWN_ID_CHARACTERS),
    formatPercent(bytes, total),
    formatSize(total),
    moving ? formatRate(rate) : '',
    moving && eta !== undefined ? formatDuration(eta) : '',
    stateText(transfer),
    withWhom(transfer),
    visibleName(name),
  ]
}

/** A line for each change, until the peer ends. */
async function watchLines(context: Context, peer: Peer): Promise<void> {
  await untilClosed(context, peer, event => {
    if (event.kind !== 'transfer') return
    context.output.object(transferObject(event.transfer))
    context.output.line(row(event.transfer).join('  '))
  })
}

/** The list, drawn over itself. */
async function watchScreen(context: Context, peer: Peer): Promise<void> {
  const { output } = context
  let drawn = 0
  const draw = async () => {
    const transfers = (await peer.transfers.list()).slice(0, 20)
    const lines = transfers.length > 0 ? table(COLUMNS, transfers.map(row), output.width) : [EMPTY]
    output.redraw(lines, drawn)
    drawn = lines.length
  }
  await draw()
  let drawing = Promise.resolve()
  let dirty = false
  const timer = setInterval(() => {
    if (!dirty) return
    dirty = false
    // A peer that is gone ends the wait below; there is nothing to draw then.
    drawing = drawing.then(draw).catch(() => {})
  }, REDRAW_MS)
  try {
    await untilClosed(context, peer, event => {
      if (event.kind === 'transfer' || event.kind === 'transfer-removed') dirty = true
    })
  } finally {
    clearInterval(timer)
    await drawing
  }
}

type Listener = Parameters<Peer['subscribe']>[0]

async function untilClosed({ signal }: Context, peer: Peer, listener: Listener): Promise<void> {
  let stop = () => {}
  const closed = new Promise<void>((resolve, reject) => {
    stop = peer.subscribe(event => {
      if (event.kind !== 'closed') listener(event)
      else if (event.error) reject(new PeerError(event.error.code, event.error.message))
      else resolve()
    })
  })
  try {
    await orInterrupted(signal, closed)
  } finally {
    stop()
  }
}
