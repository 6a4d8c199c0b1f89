import type { Command } from 'commander'
import { type QueueMove, type TransferPriority, visibleName } from '../../../core/index.js'
import { chooseTransfers } from '../choose-transfers.js'
import { define, type Run } from '../define.js'
import { UsageError } from '../input/index.js'
import { stateText, transferObject } from '../transfer-lines.js'
import { usePeer } from '../use-peer.js'

const PRIORITIES: readonly string[] = ['high', 'normal', 'low']
const MOVES: readonly string[] = ['first', 'last', 'up', 'down']

/** `move ID TO`: where a download stands in the queue. */
export function moveCommand(run: Run): Command {
  return define(run, {
    usage: 'move <id> <to>',
    about:
      'move a download in the queue: first, last, up, down, a position, or its priority: high, normal, low',
    work: (context, [id = '', to = '']) => {
      const where = whereTo(to)
      return usePeer(context, 'home', async ({ peer }) => {
        const [chosen] = await chooseTransfers(peer, [id])
        if (!chosen) return
        const [moved] =
          'priority' in where
            ? await peer.transfers.prioritise([chosen.id], where.priority)
            : [await peer.transfers.move(chosen.id, where.move)]
        if (!moved) return
        context.output.object(transferObject(moved))
        context.output.line(`${visibleName(moved.name)}: ${stateText(moved)}`)
      })
    },
  })
}

function whereTo(text: string): { readonly priority: TransferPriority } | { readonly move: QueueMove } {
  if (PRIORITIES.includes(text)) return { priority: text as TransferPriority }
  if (MOVES.includes(text)) return { move: text as QueueMove }
  if (/^[1-9]\d{0,8}$/.test(text)) return { move: Number(text) }
  throw new UsageError(
    `"${text}" is no place: say first, last, up, down, a position from 1 on, or high, normal, low.`,
  )
}
