import type { Command } from 'commander'
import { type Finding, visibleName } from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { usePeer } from '../use-peer.js'

/** `doctor [NAME]`: why can I not see, or reach, that person. */
export function doctorCommand(run: Run): Command {
  return define(run, {
    usage: 'doctor [name]',
    about: 'look why the network, the registry or someone can’t be reached, and what to do about it',
    work: (context, [who]) =>
      usePeer(context, 'network', async ({ peer }) => {
        context.output.status('Looking around …')
        for (const finding of await peer.doctor(who)) show(context, finding)
      }),
  })
}

function show({ output }: Context, { check, ok, seen, remedy }: Finding): void {
  output.object({ check, ok, seen, remedy })
  const mark = ok ? output.colors.green('ok  ') : output.colors.red('FAIL')
  output.line(`${mark} ${check.padEnd(WIDTH)} ${visibleName(seen)}`)
  if (remedy) output.line(`${' '.repeat(WIDTH + 6)}${output.colors.bold('→')} ${visibleName(remedy)}`)
}

/** Of the longest check's name. */
const WIDTH = 'files-from-them'.length
