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
    execFileSync('nft', ['--version'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `ip netns or nft does not work here: ${(error as Error).message.split('\n')[0]}`
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

  /** Puts a machine into another network of the same switch, without a router to the first: 10.88.0.n. */
  async moveAway(name: string): Promise<string> {
    const address = this.address(name).replace('10.77.', '10.88.')
    const own = this.namespace(name)
    await run('ip', ['-n', own, 'addr', 'flush', 'dev', 'eth0'])
    await run('ip', ['-n', own, 'addr', 'add', `${address}/24`, 'dev', 'eth0'])
    return address
  }

  /** Gives a machine a second address, in the network of those that moved away. */
  async alsoAway(name: string): Promise<string> {
    const address = this.address(name).replace('10.77.', '10.88.')
    await run('ip', ['-n', this.namespace(name), 'addr', 'add', `${address}/24`, 'dev', 'eth0'])
    return address
  }

  /** Its firewall drops what comes to these TCP ports. */
  async dropTcp(name: string, ports: string): Promise<void> {
    const rules = `table inet guard {
      chain in { type filter hook input priority 0; tcp dport ${ports} drop; }
    }`
    await run('ip', ['netns', 'exec', this.namespace(name), 'nft', rules])
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
