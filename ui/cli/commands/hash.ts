import { resolve } from 'node:path'
import type { Command } from 'commander'
import { visibleName } from '../../../core/index.js'
import { type Context, goOn } from '../context.js'
import { define, type Run } from '../define.js'
import { formatSize } from '../output/index.js'

/** `hash FILE…`: what a file is called on the network, and its plain SHA-256. */
export function hashCommand(run: Run): Command {
  return define(run, {
    usage: 'hash <files...>',
    about: 'print the root and the plain SHA-256 of files',
    work: async (context, files) => {
      for (const file of files) {
        goOn(context.signal)
        await hash(context, file).catch(error => context.fail(error))
      }
    },
  })
}

async function hash({ programs, output, cwd }: Context, path: string): Promise<void> {
  const { root, size, sha256 } = await programs.hashFile(resolve(cwd, path))
  output.object({ path, size, root: root ?? null, sha256 })
  output.line(`${visibleName(path)}  ${formatSize(size)}`)
  output.line(`  root    ${root ?? 'none: it is empty'}`)
  output.line(`  sha256  ${sha256}`)
}
