/** How long this process itself worked, ms: what else the machine does meanwhile does not count. */
export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
