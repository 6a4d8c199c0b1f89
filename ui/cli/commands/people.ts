import type { Command } from 'commander'
import { type Person, visibleName } from '../../../core/index.js'
import { define, type Run } from '../define.js'
import { formatSize } from '../output/index.js'
import { personLabel, personObject, presenceText, trustText } from '../people-lines.js'
import { usePeer } from '../use-peer.js'

const COLUMNS = [
  { title: 'NAME', flexible: true },
  { title: 'STATE' },
  { title: 'TRUST' },
  { title: 'FILES', right: true },
  { title: 'SHARES', right: true },
  { title: 'ID' },
]

function nicknamed(label: string, { nickname }: Person): string {
  return nickname ? `${visibleName(nickname)} (${label})` : label
}

/** `people`: who is here. */
export function peopleCommand(run: Run): Command {
  return define(run, {
    usage: 'people',
    about: 'list everyone known, those online first',
    work: context =>
      usePeer(context, 'network', async ({ peer }) => {
        const people = await peer.people.list()
        for (const person of people) context.output.object(personObject(person))
        const rows = people.map(person => [
          nicknamed(personLabel(person, people), person),
          presenceText(person),
          trustText(person),
          String(person.files),
          formatSize(person.bytes),
          person.id,
        ])
        context.output.table(
          COLUMNS,
          rows,
          'Nobody is known yet. Join a registry: tspeer up --registry HOST:PORT',
        )
      }),
  })
}
