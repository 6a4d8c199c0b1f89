import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type Peer, PeerError, visibleName } from '../../../core/index.js'
import { type Context, Interrupted, orInterrupted } from '../context.js'
import { define, type Run } from '../define.js'
import type { Hosted } from '../host-peer.js'
import { parsePort, UsageError } from '../input/index.js'
import { Notices, welcomeLines } from '../notices.js'

interface Options {
  readonly name?: string
  readonly registry?: string
  readonly joinSecretFile?: string
  readonly port?: number
  readonly ui?: number | true
  readonly hostRegistry?: true
}

/** `up`: runs a peer without a window until it is told to end, and says what happens. */
export function upCommand(run: Run): Command {
  return define<Options>(run, {
    usage: 'up',
    about: 'run a peer until interrupted, and tell what happens',
    setUp: command =>
      command
        .option('--name <name>', 'the name others see')
        .option(
          '--registry <address>',
          'join the registry at HOST:PORT and remember it; none for this time without',
        )
        .option(
          '--join-secret-file <file>',
          'a file with the join secret of the registry, which is remembered (or set TSPEER_JOIN_SECRET)',
        )
        .option(
          '--port <port>',
          'the port to listen on (default: 7471, or one of a later block of ten)',
          parsePort,
        )
        .option('--ui [port]', 'serve the app to the browsers of this computer', parsePort)
        .addOption(
          new Option('--host-registry', 'run a registry beside the peer, for others too').conflicts(
            'registry',
          ),
        ),
    work: async (context, _, options) => {
      const hosted = await host(context, options)
      try {
        await runUntilTold(context, hosted)
      } finally {
        await hosted.close()
      }
    },
  })
}

async function host(context: Context, options: Options): Promise<Hosted> {
  const { name, registry, port, ui, hostRegistry } = options
  const joinSecret = await joinSecretOf(context, options)
  if (registry === '') throw new UsageError('--registry takes HOST:PORT or none.')
  return context.programs.hostPeer({
    home: context.home,
    ...(name !== undefined && { name }),
    ...(registry !== undefined && { registry: registry === 'none' ? null : registry }),
    ...(joinSecret !== undefined && { joinSecret }),
    ...(port !== undefined && { port }),
    ...(ui !== undefined && { uiPort: ui === true ? 0 : ui }),
    ...(hostRegistry && { hostRegistry: 'always' }),
  })
}

/** Never from an argument: every user of a computer sees those. */
async function joinSecretOf({ cwd }: Context, { joinSecretFile }: Options): Promise<string | undefined> {
  if (joinSecretFile === undefined) return process.env.TSPEER_JOIN_SECRET
  try {
    return (await readFile(resolve(cwd, joinSecretFile), 'utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new PeerError('UNREADABLE', `The join secret can't be read from ${joinSecretFile}.`, { cause })
  }
}

/** Says that it is ready, then what happens, until a signal or until the peer ends by itself. */
export async function runUntilTold(context: Context, hosted: Hosted): Promise<void> {
  const { output, signal } = context
  const { peer } = hosted
  const { registry } = await peer.status()
  const notices = new Notices(peer.id, registry.state)
  const ended = new Promise<void>((resolve, reject) => {
    peer.subscribe(event => {
      if (event.kind === 'closed') {
        if (event.error) reject(new PeerError(event.error.code, event.error.message))
        else resolve()
        return
      }
      const notice = notices.take(event)
      if (!notice) return
      output.object(notice.object)
      output.line(notice.text)
    })
  })
  ended.catch(() => {})
  await sayReady(context, peer, hosted)
  try {
    await orInterrupted(signal, ended)
  } catch (error) {
    // To be told to end is how this command is done.
    if (!(error instanceof Interrupted)) throw error
  }
}

async function sayReady({ output }: Context, peer: Peer, { registry: hosted, ui }: Hosted): Promise<void> {
  const { id, name, address, home, registry, warnings } = await peer.status()
  output.object({
    event: 'ready',
    id,
    name,
    address,
    home,
    ui,
    registry: hosted?.address ?? registry.address,
  })
  for (const warning of warnings) output.note(visibleName(warning))
  output.line(`${output.colors.bold(visibleName(name))} is up at ${address}`)
  output.line(`  id        ${id}`)
  output.line(`  home      ${visibleName(home)}`)
  output.line(`  registry  ${registryText(registry, hosted)}`)
  for (const line of welcomeLines(registry.welcome)) output.line(line)
  if (ui) output.line(`  app       ${ui}`)
}

function registryText(
  { state, address, error }: Awaited<ReturnType<Peer['status']>>['registry'],
  hosted: Hosted['registry'],
): string {
  if (hosted) return `${hosted.address} (run here: others join it by this address)`
  if (!address) return 'none. Join one: tspeer up --registry HOST:PORT'
  return `${address} (${state}${error ? `: ${visibleName(error.message)}` : ''})`
}
