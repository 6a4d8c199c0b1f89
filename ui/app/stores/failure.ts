import { type Failure, toPlainError } from '../../../core/browser.js'

/** What was caught, as a code and a sentence to show. */
export function failureOf(error: unknown): Failure {
  const { code, message } = toPlainError(error)
  return { code, message }
}
