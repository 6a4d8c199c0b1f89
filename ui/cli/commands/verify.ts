import type { Command } from 'commander'
import { PeerError, type Person, shortId, visibleName } from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { UsageError } from '../input/index.js'
import { personLabel, personObject } from '../people-lines.js'
import { qrLines } from '../qr-lines.js'
import { type UsedPeer, usePeer } from '../use-peer.js'

interface VerifyOptions {
  readonly yes?: boolean
  readonly no?: boolean
  readonly code?: string
  readonly acceptKey?: boolean
}

const WORDS_A_LINE = 4

/** `verify NAME`: shows the words to compare, and notes that they were. */
export function verifyCommand(run: Run): Command {
  return define<VerifyOptions>(run, {
    usage: 'verify <name>',
    about: 'compare 12 words with someone, so that nobody can stand between us',
    setUp: command =>
      command
        .option('--yes', 'they are the same at both: verified')
        .option('--no', 'not verified any more')
        .option('--code <text>', 'the code that they show, in place of comparing words')
        .option('--accept-key', 'their key has changed, and the new one is theirs'),
    work: (context, [name = ''], options) => {
      const chosen = [options.yes, options.no, options.code, options.acceptKey].filter(Boolean)
      if (chosen.length > 1) throw new UsageError('Take one of --yes, --no, --code and --accept-key.')
      return usePeer(context, 'network', used => verify(context, used, name, options))
    },
  })
}

async function verify(
  context: Context,
  { peer }: UsedPeer,
  name: string,
  { yes, no, code, acceptKey }: VerifyOptions,
): Promise<void> {
  const person = await peer.people.find(name)
  if (code !== undefined) {
    const meant = await peer.people.verifyCode(code)
    if (meant.id !== person.id)
      throw new PeerError(
        'WRONG_PEER',
        `That was the code of ${meant.name}, who is verified now, not ${name}.`,
      )
    return told(context, meant)
  }
  if (acceptKey) return told(context, await peer.people.acceptKey(person.id))
  if (yes || no) return told(context, await peer.people.setVerified(person.id, yes === true))
  await show(context, { peer }, person)
}

async function show(context: Context, { peer }: Pick<UsedPeer, 'peer'>, person: Person): Promise<void> {
  const { output } = context
  const who = personLabel(person)
  const named = `${visibleName(person.name)}#${shortId(person.id)}`
  const { words, code } = await peer.people.words(person.id)
  output.object({ ...personObject(person), words, code })
  if (person.changedFrom) {
    output.line(`WARNING: ${who} has another key than the one you knew (${shortId(person.changedFrom)}).`)
    output.line(`Ask them on another way. If it is theirs: tspeer verify ${named} --accept-key`)
    output.line(`If it is not: tspeer block ${named}`)
    return
  }
  output.line(`${who} is ${person.verified ? 'verified' : 'not verified'}. Compare these words with them:`)
  for (let at = 0; at < words.length; at += WORDS_A_LINE)
    output.line(`  ${words.slice(at, at + WORDS_A_LINE).join(' ')}`)
  if (output.isTerminal) for (const line of qrLines(code)) output.line(line)
  output.line(`Or give them this code, for tspeer verify ME --code:\n  ${code}`)
  output.line(`Where the words are the same at both: tspeer verify ${named} --yes`)
}

function told({ output }: Context, person: Person): void {
  output.object(personObject(person))
  output.line(`${personLabel(person)} is ${person.verified ? 'verified' : 'not verified'}.`)
}
