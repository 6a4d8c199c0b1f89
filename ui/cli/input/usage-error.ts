/** The command was written wrong: exit code 2, and a sentence that says how to write it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
