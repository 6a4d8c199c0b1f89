import type { Command } from 'commander'
import { visibleName } from '../../../core/index.js'
import { define, type Run } from '../define.js'
import { formatSize } from '../output/index.js'
import { personObject } from '../people-lines.js'
import { usePeer } from '../use-peer.js'

/** `id`: who I am to others. */
export function idCommand(run: Run): Command {
  return define(run, {
    usage: 'id',
    about: 'show my peer id, name and share',
    work: context =>
      usePeer(context, 'home', async ({ peer }) => {
        const { id, name, registry, share } = await peer.status()
        const { output } = context
        output.object(
          personObject({
            id,
            name,
            online: registry.state === 'connected',
            lastSeen: Date.now(),
            verified: true,
            files: share.files,
            bytes: share.bytes,
            hashed: share.hashedFiles,
          }),
        )
        output.line(`${output.colors.bold(visibleName(name))}  ${id}`)
        output.line(`shares ${share.files} files, ${formatSize(share.bytes)}`)
      }),
  })
}
