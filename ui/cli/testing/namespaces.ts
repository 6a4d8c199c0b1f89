import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Why there can be no network namespaces here; undefined where there can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `tsp-${randomBytes(4).toString('hex')}`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' })
    execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `ip netns does not work here: ${(error as Error).message.split('\n')[0]}`
  }
}

/** Machines on one switch, each a network namespace: what they send stays among them. */
export class Machines {
  readonly #prefix = `tsp-${randomBytes(3).toString('hex')}`
  readonly #names: readonly string[]

  private constructor(names: readonly string[]) {
    this.#names = names
  }

  /** The nth has the address 10.77.0.n. */
  static async start(names: readonly string[]): Promise<Machines> {
    const machines = new Machines(names)
    const hub = machines.namespace('hub')
    await run('ip', ['netns', 'add', hub])
    await run('ip', ['-n', hub, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0'])
    await run('ip', ['-n', hub, 'link', 'set', 'br0', 'up'])
    for (const [i, name] of names.entries()) await machines.#plugIn(name, i + 1)
    return machines
  }

  namespace(name: string): string {
    return `${this.#prefix}-${name}`
  }

  address(name: string): string {
    return `10.77.0.${this.#names.indexOf(name) + 1}`
  }

  /** Pulls a machine's cable, or puts it back. */
  async cable(name: string, state: 'up' | 'down'): Promise<void> {
    await run('ip', ['-n', this.namespace('hub'), 'link', 'set', `to-${name}`, state])
  }

  async stop(): Promise<void> {
    for (const name of [...this.#names, 'hub'])
      await run('ip', ['netns', 'del', this.namespace(name)]).catch(() => {})
  }

  async #plugIn(name: string, n: number): Promise<void> {
    const own = this.namespace(name)
    const hub = this.namespace('hub')
    const port = `to-${name}`
    await run('ip', ['netns', 'add', own])
    await run('ip', ['-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', own])
    await run('ip', ['-n', hub, 'link', 'set', port, 'master', 'br0', 'up'])
    await run('ip', ['-n', own, 'addr', 'add', `10.77.0.${n}/24`, 'dev', 'eth0'])
    for (const link of ['lo', 'eth0']) await run('ip', ['-n', own, 'link', 'set', link, 'up'])
  }
}
