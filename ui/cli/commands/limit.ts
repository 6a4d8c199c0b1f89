import type { Command } from 'commander'
import { type Person, type PersonLimits, parseRate, writeRate } from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { UsageError } from '../input/index.js'
import { personLabel } from '../people-lines.js'
import { usePeer } from '../use-peer.js'

const COLUMNS = [{ title: 'NAME', flexible: true }, { title: 'UP' }, { title: 'DOWN' }]

/** `limit NAME [--up RATE] [--down RATE]`: shows or changes what holds for one person. */
export function limitCommand(run: Run): Command {
  return define<Partial<PersonLimits>>(run, {
    usage: 'limit <name>',
    about: 'show how fast files go to and come from someone at most, or change it',
    setUp: command =>
      command
        .option('--up <rate>', 'bytes a second to them, such as 5MB, or none', rateArgument)
        .option('--down <rate>', 'bytes a second from them', rateArgument),
    work: (context, [name = ''], { up, down }) =>
      usePeer(context, 'home', async ({ peer }) => {
        const person = await peer.people.find(name)
        const change = { ...(up !== undefined && { up }), ...(down !== undefined && { down }) }
        show(
          context,
          Object.keys(change).length > 0 ? await peer.people.setLimits(person.id, change) : person,
        )
      }),
  })
}

function show({ output }: Context, person: Person): void {
  const { up, down } = person.limits ?? { up: 0, down: 0 }
  output.object({ id: person.id, name: person.name, up, down })
  output.table(COLUMNS, [[personLabel(person), writeRate(up), writeRate(down)]], '')
}

function rateArgument(text: string): number {
  const rate = parseRate(text)
  if (rate !== undefined) return rate
  throw new UsageError(`"${text}" is no limit. Write it as 5MB, bytes a second, or none.`)
}
