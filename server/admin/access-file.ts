import { join } from 'node:path'
import * as v from 'valibot'
import { PeerError } from '../../core/errors/index.js'
import { isPeerId, type PeerId } from '../../core/identity/index.js'
import { Access, type AccessRules } from './access.js'
import { readWhole, writeWhole } from './whole-file.js'

const FILE = 'access.json'

const id = v.custom<PeerId>(isPeerId, 'a peer id')
const at = v.number()
const reason = v.exactOptional(v.string())
const byId = { id, name: v.exactOptional(v.string()), at }
const byName = { name: v.string(), at }
const rulesSchema = v.object({
  bans: v.array(v.union([v.object({ ...byId, reason }), v.strictObject({ ...byName, reason })])),
  allowed: v.array(v.union([v.object(byId), v.strictObject(byName)])),
})

/** Opens the rules in a registry's home. STORE_CORRUPT where they can't be understood: no ban is dropped silently. */
export async function openAccess(home: string): Promise<Access> {
  const path = join(home, FILE)
  const text = await readWhole(path)
  const rules = text === undefined ? { bans: [], allowed: [] } : parseRules(text, path)
  return new Access({
    rules,
    save: changed => writeWhole(path, `${JSON.stringify(changed, undefined, 2)}\n`),
  })
}

function parseRules(text: string, path: string): AccessRules {
  try {
    return v.parse(rulesSchema, JSON.parse(text))
  } catch (cause) {
    const remedy = 'Put back its copy from a backup, or remove it to start with nobody banned.'
    throw new PeerError('STORE_CORRUPT', `${path}, which says who is banned, is damaged. ${remedy}`, {
      cause,
    })
  }
}
