/** One press of Ctrl-C under npm comes twice: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 1_000

/** Aborts at SIGINT, SIGTERM, SIGHUP; a second one ends the process at once, as the person won't wait. */
export function processSignal(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController()
  let abortedAt = 0
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      const now = performance.now()
      if (!controller.signal.aborted) {
        abortedAt = now
        controller.abort()
      } else if (now - abortedAt > SAME_PRESS_MS) process.exit(130)
    })
  }
  return { signal: controller.signal, abort: () => controller.abort() }
}
