import type { Command } from 'commander'
import { type Peer, PeerError, type Transfer, visibleName } from '../../../core/index.js'
import { type Context, orInterrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { followTransfers } from '../follow-transfers.js'
import { formatDuration, formatPercent, formatRate, formatSize, table } from '../output/index.js'
import { stateText, transferObject } from '../transfer-lines.js'
import { usePeer } from '../use-peer.js'
import { listEntries } from './transfer-entries.js'

const COLUMNS = [
  { title: 'ID' },
  { title: 'DONE', right: true },
  { title: 'SIZE', right: true },
  { title: 'RATE', right: true },
  { title: 'LEFT', right: true },
  { title: 'STATE' },
  { title: 'NAME', flexible: true },
]
const EMPTY = 'There are no transfers. Download something: tspeer get NAME:PATH'
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
          for (const transfer of await choose(peer, [id])) await listEntries(context, peer, transfer)
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

/** `pause ID`, `cancel ID`. */
export function pauseCommand(run: Run): Command {
  return changeCommand(run, 'pause', 'pause a download', (peer, id) => peer.transfers.pause(id))
}

export function cancelCommand(run: Run): Command {
  return changeCommand(run, 'cancel', 'cancel a download; what is finished stays', (peer, id) =>
    peer.transfers.cancel(id),
  )
}

/** `resume ID`: goes on; with a peer of its own it stays until the download is there. */
export function resumeCommand(run: Run): Command {
  return define(run, {
    usage: 'resume <ids...>',
    about: 'go on with what is paused or failed',
    work: (context, ids) =>
      usePeer(context, 'network', async ({ peer, own }) => {
        const chosen = await choose(peer, ids)
        const resumed: Transfer[] = []
        for (const { id } of chosen) resumed.push(await peer.transfers.resume(id))
        if (own) await followTransfers(context, peer, resumed)
        else for (const transfer of resumed) show(context, transfer)
      }),
  })
}

function changeCommand(
  run: Run,
  name: string,
  about: string,
  change: (peer: Peer, id: string) => Promise<Transfer>,
): Command {
  return define(run, {
    usage: `${name} <ids...>`,
    about,
    work: (context, ids) =>
      usePeer(context, 'home', async ({ peer }) => {
        for (const { id } of await choose(peer, ids)) show(context, await change(peer, id))
      }),
  })
}

function show({ output }: Context, transfer: Transfer): void {
  output.object(transferObject(transfer))
  output.line(`${visibleName(transfer.name)}: ${stateText(transfer)}`)
}

/** Transfers by id or its beginning; all are looked up before the first is touched. */
async function choose(peer: Peer, ids: readonly string[]): Promise<Transfer[]> {
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
