import { PeerError } from '../../core/errors/index.js'
import type { PeerId } from '../../core/identity/index.js'
import { nameKey } from '../../core/paths/index.js'

/** Whom a rule is about: a key, or whoever comes by a name. With an id the name is for people to read. */
export type Subject =
  | { readonly id: PeerId; readonly name?: string }
  | { readonly id?: undefined; readonly name: string }

/** One who may not be here. */
export type Ban = Subject & {
  /** ms since 1970. */
  readonly at: number
  /** Told to who is banned. */
  readonly reason?: string
}

/** One who may be here when only those on the list may. */
export type Allowed = Subject & { readonly at: number }

/** Who may not, and who may, be at a registry. */
export interface AccessRules {
  readonly bans: readonly Ban[]
  readonly allowed: readonly Allowed[]
}

/** Who comes, as far as it is known. */
interface Comer {
  readonly id?: PeerId | undefined
  readonly name?: string | undefined
}

/** Where rules are kept; a save that resolved is on disk. */
export interface AccessOptions {
  readonly rules: AccessRules
  readonly save: (rules: AccessRules) => Promise<void>
}

/** The rules of who may be here. A change counts from when it is on disk. */
export class Access {
  readonly #save: AccessOptions['save']
  #rules: AccessRules
  #bans: Subjects<Ban>
  #allowed: Subjects<Allowed>
  #saving: Promise<unknown> = Promise.resolve()

  constructor({ rules, save }: AccessOptions) {
    this.#save = save
    this.#rules = rules
    this.#bans = new Subjects(rules.bans)
    this.#allowed = new Subjects(rules.allowed)
  }

  get rules(): AccessRules {
    return this.#rules
  }

  banOf(who: Comer): Ban | undefined {
    return this.#bans.find(who)
  }

  isBanned(who: Comer): boolean {
    return this.banOf(who) !== undefined
  }

  isAllowed(who: Comer): boolean {
    return this.#allowed.find(who) !== undefined
  }

  /** Why someone may not be here, for them to read. */
  refusal(who: Comer & { readonly id: PeerId }, allowListOnly: boolean): PeerError | undefined {
    const ban = this.#bans.find(who)
    if (ban) return banned(ban)
    return allowListOnly && !this.isAllowed(who) ? notAllowed(who.id) : undefined
  }

  /** Bans, and takes off the list of the allowed. */
  ban(who: Subject, at: number, reason?: string): Promise<void> {
    return this.#change(({ bans, allowed }) => ({
      bans: [...without(bans, who), { ...who, at, ...(reason ? { reason } : {}) }],
      allowed: without(allowed, who),
    }))
  }

  /** Lifts a ban, and puts on the list of the allowed. */
  allow(who: readonly Subject[], at: number): Promise<void> {
    return this.#change(({ bans, allowed }) => ({
      bans: who.reduce(without<Ban>, bans),
      allowed: [...who.reduce(without<Allowed>, allowed), ...who.map(subject => ({ ...subject, at }))],
    }))
  }

  /** Someone was let in: a name on the list is from now on that of this key, whatever it is called later. */
  async admitted({ id, name }: { readonly id: PeerId; readonly name: string }): Promise<void> {
    const entry = this.#allowed.find({ id, name })
    if (!entry || entry.id) return
    await this.allow([{ id, name }], entry.at)
  }

  /** One change after the other; one that can't be kept is as if it had not been asked for. */
  #change(make: (rules: AccessRules) => AccessRules): Promise<void> {
    const saved = this.#saving.then(async () => {
      const rules = make(this.#rules)
      await this.#save(rules)
      this.#rules = rules
      this.#bans = new Subjects(rules.bans)
      this.#allowed = new Subjects(rules.allowed)
    })
    this.#saving = saved.catch(() => {}) // told to whoever asked for it
    return saved
  }
}

/** Finds a rule by key, else by name. */
class Subjects<T extends Subject> {
  readonly #byId = new Map<PeerId, T>()
  readonly #byName = new Map<string, T>()

  constructor(all: readonly T[]) {
    for (const one of all) {
      if (one.id) this.#byId.set(one.id, one)
      else this.#byName.set(nameKey(one.name ?? ''), one)
    }
  }

  find({ id, name }: Comer): T | undefined {
    const byId = id && this.#byId.get(id)
    return byId ?? (name === undefined ? undefined : this.#byName.get(nameKey(name)))
  }
}

/** Without the rules about a key, and those about the name by itself. */
function without<T extends Subject>(rules: readonly T[], { id, name }: Subject): readonly T[] {
  const key = name === undefined ? undefined : nameKey(name)
  return rules.filter(rule => (rule.id ? rule.id !== id : nameKey(rule.name ?? '') !== key))
}

function banned({ reason }: Ban): PeerError {
  const why = reason ? ` The reason given: ${reason}` : ''
  return new PeerError('BANNED', `You are banned from this registry.${why} Ask who runs it.`)
}

function notAllowed(id: PeerId): PeerError {
  return new PeerError(
    'NOT_ALLOWED',
    `This registry takes only people on its list. Send your id, ${id}, to who runs it, then join again.`,
  )
}
