import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../../../server/index.js', import.meta.url))

/** A registry that runs as a process of its own. */
export interface RegistryProgram {
  readonly child: ChildProcess
  readonly port: number
  readonly id: string
  /** The page of who runs it. */
  readonly admin: string
  readonly exited: Promise<unknown>
}

/** What a command came to. */
export interface Outcome {
  readonly code: unknown
  readonly out: string
  readonly err: string
  /** The lines of a command with --json. */
  readonly objects: readonly Record<string, unknown>[]
}

/** Programs of one test, over one home; `close` ends those that still run. */
export class Programs {
  readonly #children = new Set<ChildProcess>()

  /** Starts a registry and waits until it is ready. */
  async registry(home: string, ...args: readonly string[]): Promise<RegistryProgram> {
    const common = ['--json', '--port', '0', '--admin-port', '0', '--host', '127.0.0.1', '--home', home]
    const child = this.#start([...common, ...args])
    const exited = once(child, 'exit').then(([code]) => code)
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
    const { value = '{}' } = await lines.next()
    const line = JSON.parse(value)
    if (line.event !== 'ready') throw new Error(`not ready: ${value}`)
    return { ...line, child, exited, port: Number(line.addresses.at(-1).split(':').at(-1)) }
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], input = ''): Promise<Outcome> {
    const child = this.#start(args)
    child.stdin?.end(input)
    const [out, err, [code]] = await Promise.all([
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
      once(child, 'close'),
    ])
    const lines = out.split('\n').filter(line => line.startsWith('{'))
    return { code, out, err, objects: lines.map(line => JSON.parse(line)) }
  }

  /** `admin …` for the registry of a home, with --json. */
  admin(home: string, args: readonly string[], input?: string): Promise<Outcome> {
    return this.run(['admin', ...args, '--home', home, '--json'], input)
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  #start(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    child.stderr.setEncoding('utf8')
    return child
  }
}
