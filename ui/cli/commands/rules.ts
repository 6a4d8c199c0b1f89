import type { Command } from 'commander'
import { type ConsentRule, type PersonRule, visibleName } from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { parseSize } from '../input/index.js'
import { formatSize } from '../output/index.js'
import { usePeer } from '../use-peer.js'

const COLUMNS = [{ title: 'NAME', flexible: true }, { title: 'OFFERS' }, { title: 'ID' }]

/** `rules [NAME [RULE]]`: what happens to offers of someone without asking. */
export function rulesCommand(run: Run): Command {
  return define(run, {
    usage: 'rules [name] [rule]',
    about:
      'show or set what happens to offers of a person: ask, always, never, or a size up to which they are accepted',
    work: async (context, [name, text]) => {
      const rule = text === undefined ? undefined : parseRule(text)
      await usePeer(context, 'home', async ({ peer }) => {
        const rules = await peer.offers.rules()
        if (name === undefined) return show(context, rules)
        const { id, name: known } = await peer.people.find(name)
        const set = rule
          ? await peer.offers.setRule(id, rule)
          : (rules.find(({ person }) => person === id) ?? { person: id, name: known, rule: { kind: 'ask' } })
        show(context, [set])
      })
    },
  })
}

/** Reads a rule as people write it. */
function parseRule(text: string): ConsentRule {
  const word = text.toLowerCase()
  if (word === 'ask' || word === 'always' || word === 'never') return { kind: word }
  return { kind: 'up-to', bytes: parseSize(text) }
}

function show({ output }: Context, rules: readonly PersonRule[]): void {
  for (const { person, name, rule } of rules) {
    const { kind } = rule
    output.object({ id: person, name, rule: kind, bytes: kind === 'up-to' ? rule.bytes : undefined })
  }
  output.table(
    COLUMNS,
    rules.map(({ person, name, rule }) => [visibleName(name), ruleText(rule), person]),
    'You are asked about every offer.',
  )
}

function ruleText(rule: ConsentRule): string {
  if (rule.kind === 'up-to') return `accepted up to ${formatSize(rule.bytes)}`
  return { ask: 'ask', always: 'accepted', never: 'declined' }[rule.kind]
}
