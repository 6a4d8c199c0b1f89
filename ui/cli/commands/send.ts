import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { PeerId } from '../../../core/index.js'
import { Interrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { followTransfers } from '../follow-transfers.js'
import { UsageError } from '../input/index.js'
import { usePeer } from '../use-peer.js'

/** `send NAME… PATH…`: offers files to people, and shows how it goes until they have them or declined. */
export function sendCommand(run: Run): Command {
  return define(run, {
    usage: 'send <who-and-what...>',
    about: 'send files and folders to people who accept them: NAME… PATH…, the first is always a name',
    work: async (context, operands) => {
      const { names, paths } = await parted(operands, context.cwd)
      await usePeer(context, 'network', async ({ peer, own }) => {
        const to: PeerId[] = []
        for (const name of names) to.push((await peer.people.find(name)).id)
        const sends = await peer.offers.send({ to, paths })
        const skipped = sends[0]?.skipped ?? 0
        if (skipped > 0)
          context.output.note(`${skipped} left out: links, devices, or what can't be read or named.`)
        try {
          await followTransfers(context, peer, sends)
        } catch (error) {
          if (error instanceof Interrupted)
            context.output.note(
              own
                ? 'Stopped, nothing is lost. It goes on when a peer runs: tspeer up'
                : 'It goes on without this command. See it with: tspeer transfers',
            )
          throw error
        }
      })
    },
  })
}

/** Names come first; what is a file or folder here begins the paths. The last is a path in any case. */
async function parted(
  operands: readonly string[],
  cwd: string,
): Promise<{ readonly names: readonly string[]; readonly paths: readonly string[] }> {
  if (operands.length < 2) throw new UsageError('send takes a name and a path: tspeer send NAME… PATH…')
  let first = 1
  while (first < operands.length - 1 && !(await exists(resolve(cwd, operands[first] ?? '')))) first++
  return {
    names: operands.slice(0, first),
    paths: operands.slice(first).map(path => resolve(cwd, path)),
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}
