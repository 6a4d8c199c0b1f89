import { toPlainError } from '../errors/index.js'
import type { Identity } from '../identity/index.js'
import type { Connection } from './connection.js'
import { touch } from './dial.js'
import { LIMITS } from './limits.js'
import type { Answer } from './messages/index.js'

/** Long enough for a slow network, and short of what the asker waits for an answer. */
const TRY_MS = 5_000

/**
 * Connects to whoever asked for it by TRY_ME: at the address their connection comes from and no other, so that nobody
 * is made to connect to a third.
 */
export async function tryBack(
  identity: Identity,
  { remote: { host }, peerId }: Pick<Connection, 'remote' | 'peerId'>,
  port: number,
  signal: AbortSignal,
): Promise<Answer<'TRY_ME'>> {
  try {
    await touch({ identity, host, port, expect: peerId, signal, timeoutMs: TRY_MS })
    return { host, reached: true }
  } catch (error) {
    const { code, message } = toPlainError(error)
    return { host, reached: false, code, message: message.slice(0, LIMITS.errorCharacters) }
  }
}
