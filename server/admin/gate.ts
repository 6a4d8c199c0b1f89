import type { PeerError } from '../../core/errors/index.js'
import { shortId } from '../../core/identity/index.js'
import type { Logger } from '../../core/log/index.js'
import { addressKey, type Connection, type RequestBody } from '../../core/wire/index.js'
import type { People } from '../people.js'
import type { RegistryTuning } from '../tuning.js'
import type { Access } from './access.js'
import { JoinGuard } from './join-guard.js'

/** What the gate looks at. */
export interface GateOptions {
  readonly access: Access
  readonly people: People
  readonly tuning: RegistryTuning
  readonly now: () => number
  readonly log: Logger
}

type Introduction = RequestBody<'NEW_CONNECTION'>

/** Decides who may be at this registry. */
export class Gate {
  readonly #options: GateOptions
  readonly #guard: JoinGuard

  constructor(options: GateOptions) {
    this.#options = options
    this.#guard = new JoinGuard(options.tuning)
  }

  /** Why a connection may not be, or stay; by what name its peer comes is known once it has registered. */
  refusalOf(connection: Connection): PeerError | undefined {
    const { access, people, tuning } = this.#options
    const id = connection.peerId
    const person = people.get(id)
    if (person?.session?.connection !== connection) return access.refusal({ id }, false)
    return access.refusal({ id, name: person.name }, tuning.allowListOnly)
  }

  /** Lets one who introduces themselves in, or throws why not. */
  async enter({ name, joinSecret }: Introduction, { peerId: id, remote }: Connection): Promise<void> {
    const { access, people, tuning, now, log } = this.#options
    // Who was let in before is counted by key, so that a stranger's tries don't keep out all behind one address.
    const from = people.get(id) ? id : addressKey(remote.host)
    const refusal =
      access.refusal({ id, name }, tuning.allowListOnly) ?? this.#guard.refusal(joinSecret, from, now())
    if (refusal) {
      log.info('someone was not let in', { code: refusal.code, id: shortId(id), name, address: remote.host })
      throw refusal
    }
    await access.admitted({ id, name })
  }
}
