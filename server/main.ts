import { homedir } from 'node:os'
import { join } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { toPlainError } from '../core/errors/index.js'
import { openLog } from '../core/log/index.js'
import { type Registry, startRegistry } from './registry.js'

interface Flags {
  readonly host: string
  readonly port: number
  readonly home: string
  readonly name?: string
  readonly json: boolean
}

const DEFAULT_PORT = 7470
const EXIT = { failed: 1, usage: 2 } as const

/** Runs a registry from the command line until SIGINT or SIGTERM; gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const flags = parse(argv)
  if (typeof flags === 'number') return flags
  const stopped = stopSignal()
  const { log, close: closeLog } = await openLog({ folder: join(flags.home, 'logs'), name: 'registry' })
  try {
    const { host, port, home, name } = flags
    const registry = await startRegistry({ host, port, home, log, ...(name ? { name } : {}) })
    tellReady(registry, flags)
    const signal = await stopped
    if (!flags.json) console.log(`${signal}: stopping …`)
    await registry.close()
    return 0
  } catch (error) {
    const { code, message } = toPlainError(error)
    log.error('the registry failed', { code, message })
    if (flags.json) console.log(JSON.stringify({ event: 'error', code, message }))
    console.error(`${code}: ${message}`)
    return EXIT.failed
  } finally {
    await closeLog()
  }
}

function parse(argv: readonly string[]): Flags | number {
  const command = new Command('node server/index.js')
    .description('A tsPeer registry: who is here, what they share, and where to find it.')
    .option('--host <address>', 'the address to listen on', '0.0.0.0')
    .option('--port <number>', 'the port; 0 takes a free one', parsePort, DEFAULT_PORT)
    .option('--home <folder>', 'where it keeps its data', defaultHome())
    .option('--name <text>', 'what people see; default: the name of this computer')
    .option('--json', 'one JSON object a line', false)
    .exitOverride()
  try {
    return command.parse(argv, { from: 'user' }).opts<Flags>()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage
    throw error
  }
}

function defaultHome(): string {
  return process.env.TSPEER_REGISTRY_HOME || join(homedir(), '.tsPeer-registry')
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

function tellReady({ id, addresses }: Registry, { json, home }: Flags): void {
  if (json) {
    console.log(JSON.stringify({ event: 'ready', id, addresses }))
    return
  }
  console.log(`tsPeer registry ${id}`)
  console.log(`  data in ${home}`)
  for (const address of addresses) console.log(`  tspeer up --registry ${address}`)
  console.log('Stop it with Ctrl+C.')
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    // A second signal finds no listener and ends the process at once.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
}
