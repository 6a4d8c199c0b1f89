import type { Command } from 'commander'
import { type ContactChange, type Person, visibleName } from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { personLabel, personObject, trustText } from '../people-lines.js'
import { usePeer } from '../use-peer.js'

interface ContactOptions {
  readonly mute?: boolean
  readonly favourite?: boolean
  readonly nickname?: string
  readonly note?: string
}

/** `block NAME`: nothing goes on with someone. */
export function blockCommand(run: Run): Command {
  return define(run, {
    usage: 'block <name>',
    about: 'block someone: they can’t browse, search, fetch, offer or write, and see me offline',
    work: (context, [name = '']) =>
      change(context, name, { blocked: true }, who => `${who} is blocked. To undo it: tspeer unblock ${who}`),
  })
}

/** `unblock NAME`. */
export function unblockCommand(run: Run): Command {
  return define(run, {
    usage: 'unblock <name>',
    about: 'block someone no more; what waited goes on',
    work: (context, [name = '']) =>
      change(context, name, { blocked: false }, who => `${who} is not blocked any more.`),
  })
}

/** `contact NAME [--nickname N] [--note TEXT] [--favourite] [--mute]`: what I note of someone. */
export function contactCommand(run: Run): Command {
  return define<ContactOptions>(run, {
    usage: 'contact <name>',
    about: 'show or change what I note of someone; nobody else sees it',
    setUp: command =>
      command
        .option('--nickname <name>', 'what I call them; an empty one takes it away')
        .option('--note <text>', 'a note')
        .option('--favourite', 'a favourite')
        .option('--no-favourite', 'no favourite any more')
        .option('--mute', 'no notices of what they do')
        .option('--no-mute', 'notices again'),
    work: (context, [name = ''], { mute, ...said }) =>
      usePeer(context, 'home', async ({ peer }) => {
        const { id } = await peer.people.find(name)
        const wanted: ContactChange = { ...said, ...(mute !== undefined && { muted: mute }) }
        const isChange = Object.keys(wanted).some(key => key in CHANGES)
        show(context, isChange ? await peer.people.setContact(id, pick(wanted)) : await peer.people.find(id))
      }),
  })
}

const CHANGES = { nickname: true, note: true, favourite: true, muted: true }

/** Without the options that every command has. */
function pick({ nickname, note, favourite, muted }: ContactChange): ContactChange {
  return {
    ...(nickname !== undefined && { nickname }),
    ...(note !== undefined && { note }),
    ...(favourite !== undefined && { favourite }),
    ...(muted !== undefined && { muted }),
  }
}

function change(
  context: Context,
  name: string,
  wanted: ContactChange,
  sentence: (who: string) => string,
): Promise<void> {
  return usePeer(context, 'network', async ({ peer }) => {
    const { id } = await peer.people.find(name)
    const person = await peer.people.setContact(id, wanted)
    context.output.object(personObject(person))
    context.output.line(sentence(personLabel(person)))
  })
}

function show({ output }: Context, person: Person): void {
  output.object(personObject(person))
  const { nickname = '', note = '' } = person
  output.table(
    [{ title: 'NAME', flexible: true }, { title: 'NICKNAME' }, { title: 'TRUST' }, { title: 'NOTE' }],
    [[personLabel(person), visibleName(nickname), trustText(person), visibleName(note)]],
    '',
  )
}
