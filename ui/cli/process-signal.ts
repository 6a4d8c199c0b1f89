/** Aborts at SIGINT, SIGTERM, SIGHUP; a second one ends the process at once, as nothing may wait on. */
export function processSignal(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130)
      controller.abort()
    })
  }
  return { signal: controller.signal, abort: () => controller.abort() }
}
