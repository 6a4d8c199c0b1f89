import { PeerError } from '../../core/errors/index.js'
import { isPeerId, type PeerId } from '../../core/identity/index.js'
import { nameKey, parsePersonName } from '../../core/paths/index.js'
import type { People } from '../people.js'
import type { AccessRules, Subject } from './access.js'

/** The first characters of an id, at least as many as are shown. */
const SHORT_ID = /^[a-z2-7]{8,51}$/

/**
 * Whom a text names: a full id, a name, `NAME#shortid`, or the beginning of one id. A name that nobody here has
 * is meant for whoever comes by it. AMBIGUOUS when two ids begin so, BAD_NAME for what can't be a name.
 */
export function subjectOf(text: string, people: People, rules: AccessRules): Subject {
  const given = text.trim()
  const id = given.toLowerCase()
  if (isPeerId(id)) return subject(id, people.get(id)?.name)
  const [name = '', short] = given.split('#')
  const holder = people.withName(name)
  if (short !== undefined) {
    if (holder?.id.startsWith(short.toLowerCase())) return subject(holder.id, holder.name)
    throw new PeerError(
      'NOT_FOUND',
      `Nobody called ${name} with an id that begins with ${short} is known here.`,
    )
  }
  if (holder) return subject(holder.id, holder.name)
  return formerName(name, rules) ?? beginningOfId(id, people) ?? { name: parsePersonName(name) }
}

/** One whom a rule names, and who is not known here any more. */
function formerName(name: string, { bans, allowed }: AccessRules): Subject | undefined {
  const rule = [...bans, ...allowed].find(one => one.id && nameKey(one.name ?? '') === nameKey(name))
  return rule?.id && subject(rule.id, rule.name)
}

function beginningOfId(text: string, people: People): Subject | undefined {
  if (!SHORT_ID.test(text)) return undefined
  const found = [...people.all].filter(({ id }) => id.startsWith(text))
  if (found.length > 1)
    throw new PeerError('AMBIGUOUS', `${found.length} ids begin with ${text}. Give more of it.`)
  return found[0] && subject(found[0].id, found[0].name)
}

function subject(id: PeerId, name: string | undefined): Subject {
  return { id, ...(name === undefined ? {} : { name }) }
}
