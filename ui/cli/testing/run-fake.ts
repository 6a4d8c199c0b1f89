import { PeerError } from '../../../core/index.js'
import { createFakePeer, type FakePeer, ROOT } from '../../remote/testing/index.js'
import { runCli } from '../run-cli.js'

/** What a command gave. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly fake: FakePeer
}

/** In what a command is run. */
export interface Setting {
  readonly fake?: FakePeer
  readonly input?: readonly string[]
  /** Whether the peer was running before the command. */
  readonly own?: boolean
  readonly signal?: AbortSignal
}

/** Runs a command against a fake peer. */
export async function cli(argv: readonly string[], setting: Setting = {}): Promise<Ran> {
  const fake = setting.fake ?? createFakePeer()
  const written = { out: '', err: '' }
  const sink = (to: 'out' | 'err') => ({
    write(text: string) {
      written[to] += text
    },
    isTTY: false,
    columns: undefined,
  })
  const code = await runCli(argv, {
    programs: {
      connectLocal: async () => (setting.own ? undefined : fake.peer),
      createPeer: async () => fake.peer,
      hostPeer: async () => ({
        peer: fake.peer,
        ui: 'http://127.0.0.1:1/#token=x',
        close: () => fake.peer.close(),
      }),
      openDesktop: () => undefined,
      serveRunning: async peer => ({ peer, ui: 'http://127.0.0.1:1/#token=x', close: () => peer.close() }),
      serveLocal: async () => ({ close: async () => {} }),
      hashFile: async path => {
        if (path.endsWith('missing')) throw new PeerError('UNREADABLE', `${path} can't be read.`)
        return { root: ROOT, size: 5, sha256: 'ab'.repeat(32) }
      },
    },
    out: sink('out'),
    err: sink('err'),
    input: lines(setting.input ?? []),
    cwd: '/work',
    defaultHome: '/home/anna/.tsPeer',
    color: false,
    version: '1.2.3',
    signal: setting.signal ?? new AbortController().signal,
  })
  return { code, ...written, fake }
}

async function* lines(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts
}

/** What it printed with --json. */
export function objects({ out }: Ran): unknown[] {
  return out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** The last call of a peer's method. */
export function lastAsked({ calls }: FakePeer): readonly unknown[] | undefined {
  return calls.filter(([name]) => name !== 'close').at(-1)
}
