import { type Peer, type Transfer, type TransferEntry, visibleName } from '../../../core/index.js'
import type { Context } from '../context.js'
import { formatPercent, formatSize } from '../output/index.js'

const COLUMNS = [
  { title: 'DONE', right: true },
  { title: 'SIZE', right: true },
  { title: 'PATH', flexible: true },
]

/** What a transfer is of, page by page; a folder ends in `/`. */
export async function listEntries({ output }: Context, peer: Peer, { id, name }: Transfer): Promise<void> {
  const rows: string[][] = []
  for (let offset = 0, total = 1; offset < total; ) {
    const page = await peer.transfers.entries(id, { offset })
    for (const entry of page.entries) {
      const { path, type, size, done } = entry
      output.object({ path, type, size, done })
      if (!output.json) rows.push(row(entry))
    }
    offset += page.entries.length
    total = page.entries.length === 0 ? offset : page.total
  }
  output.table(COLUMNS, rows, `${visibleName(name)} is not listed yet.`)
}

function row({ path, name, type, size, done }: TransferEntry): string[] {
  if (type === 'folder') return ['', '', `${visibleName(path || name)}/`]
  return [formatPercent(done, size), formatSize(size), visibleName(path || name)]
}
