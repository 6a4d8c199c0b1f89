import { fromPlainError, type PlainError, toPlainError } from '../errors/index.js'

/**
 * birpc hands an error to the channel as it is, and a structured clone keeps neither code nor details.
 * So errors cross as plain data and are PeerErrors again on the other side.
 */
export const errorsAsData = {
  serialize(message: unknown): unknown {
    const answer = message as { e?: unknown }
    return answer.e === undefined ? message : { ...answer, e: toPlainError(answer.e) }
  },
  deserialize(message: unknown): unknown {
    const answer = message as { e?: PlainError }
    return answer.e === undefined ? message : { ...answer, e: fromPlainError(answer.e) }
  },
}
