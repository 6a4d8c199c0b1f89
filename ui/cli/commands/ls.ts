import type { Command } from 'commander'
import { type Listed, type Peer, type PeerId, visibleName } from '../../../core/index.js'
import { type Context, orInterrupted } from '../context.js'
import { define, type Run } from '../define.js'
import { ENTRY_COLUMNS, entryObject, entryRow } from '../entry-lines.js'
import { parseTarget, UsageError } from '../input/index.js'
import { usePeer } from '../use-peer.js'

/** `ls NAME[:PATH]`: what someone shares. */
export function lsCommand(run: Run): Command {
  return define(run, {
    usage: 'ls <name[:path]>',
    about: 'list a folder of what someone shares',
    work: async (context, [text = '']) => {
      const target = parseTarget(text)
      if (target.kind === 'root') throw new UsageError('ls lists what a person shares: tspeer ls NAME[:PATH]')
      await usePeer(context, 'network', async ({ peer }) => {
        const owner = await ownerOf(peer, target.who)
        await list(context, peer, owner, target.path)
      })
    },
  })
}

/** Someone by name, oneself included. */
export async function ownerOf(
  peer: Peer,
  who: string,
): Promise<{ readonly id: PeerId; readonly name: string }> {
  try {
    return await peer.people.find(who)
  } catch (error) {
    const { name } = await peer.status()
    if (who === peer.id || who.toLowerCase() === name.toLowerCase()) return { id: peer.id, name }
    throw error
  }
}

/** Every entry of a folder, page by page. */
export async function* entriesOf(
  peer: Peer,
  owner: PeerId,
  path: string,
  onSource?: (from: string) => void,
): AsyncGenerator<Listed> {
  for (let offset = 0; ; ) {
    const page = await peer.files.browse({ owner, path, offset })
    if (offset === 0) onSource?.(page.from)
    yield* page.entries
    offset += page.entries.length
    if (page.entries.length === 0 || offset >= page.total) return
  }
}

async function list(
  { output, signal }: Context,
  peer: Peer,
  owner: { readonly id: PeerId; readonly name: string },
  path: string,
): Promise<void> {
  const rows: string[][] = []
  const say = (from: string) => {
    if (from === 'registry')
      output.note(`${visibleName(owner.name)} is offline: this is the registry's list.`)
  }
  const entries = entriesOf(peer, owner.id, path, say)
  for (;;) {
    const next = await orInterrupted(signal, entries.next())
    if (next.done) break
    output.object(entryObject(next.value))
    if (!output.json) rows.push(entryRow(next.value))
  }
  output.table(ENTRY_COLUMNS, rows, `${visibleName(owner.name)} shares nothing ${path ? 'there' : 'yet'}.`)
}
