/** What was opened, closed in reverse order: the last first, each though another fails. */
export class Closers {
  readonly #steps: (() => Promise<void> | void)[] = []
  #closing: Promise<void> | undefined

  add(close: () => Promise<void> | void): void {
    this.#steps.push(close)
  }

  get closing(): boolean {
    return this.#closing !== undefined
  }

  /** Safe to call twice; rejects with the first failure after all were tried. */
  close(): Promise<void> {
    this.#closing ??= this.#run()
    return this.#closing
  }

  async #run(): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.#steps.reverse()) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
