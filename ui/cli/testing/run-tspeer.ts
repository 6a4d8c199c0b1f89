import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const TSPEER = fileURLToPath(new URL('../../../../ui/cli/tspeer.js', import.meta.url))
const REGISTRY = fileURLToPath(new URL('../../../../server/index.js', import.meta.url))

/** What a command of its own process came to. */
export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** The lines of stdout as objects, for commands with --json. */
  readonly objects: readonly Record<string, unknown>[]
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess
  /** The next line of stdout that is this, from the first one on. */
  line(isWanted: (object: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>
  /** What it has told so far. */
  readonly objects: readonly Record<string, unknown>[]
  readonly outcome: Promise<Outcome>
}

/** Where a program runs. */
export interface RunOptions {
  readonly input?: string
  /** A network namespace, on whose network others are found. */
  readonly namespace?: string
  /** How far its clock is ahead, ms. */
  readonly clockAheadMs?: number
}

/** Starts `tspeer` with these arguments. */
export function startTspeer(args: readonly string[], options: RunOptions = {}): Running {
  return startProgram([TSPEER, ...args], options)
}

/** Starts a registry with these arguments. */
export function startRegistryProgram(args: readonly string[], options: RunOptions = {}): Running {
  return startProgram([REGISTRY, ...args], options)
}

/** Shifts the clock of a process before anything else runs in it. */
function shifted(ms: number): string[] {
  const code = `const now = Date.now; Date.now = () => now() + ${ms}`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

function startProgram(
  args: readonly string[],
  { input = '', namespace, clockAheadMs = 0 }: RunOptions,
): Running {
  const node = [process.execPath, ...(clockAheadMs === 0 ? [] : shifted(clockAheadMs)), ...args]
  const [program = '', ...rest] = namespace ? ['ip', 'netns', 'exec', namespace, ...node] : node
  const env = namespace ? { ...process.env, TSPEER_DISCOVERY: '' } : process.env
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'], env })
  child.stdin.on('error', () => {}) // it may not read it
  child.stdin.end(input)
  let out = ''
  let err = ''
  const objects: Record<string, unknown>[] = []
  const waiting = new Set<() => void>()
  createInterface({ input: child.stdout }).on('line', line => {
    out += `${line}\n`
    if (line.startsWith('{')) objects.push(JSON.parse(line))
    for (const look of waiting) look()
  })
  child.stderr.on('data', data => {
    err += data
  })
  const outcome = new Promise<Outcome>(resolve => {
    child.once('close', code => resolve({ code, out, err, objects }))
  })
  return {
    process: child,
    outcome,
    objects,
    line: isWanted =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = objects.find(isWanted)
          if (found) resolve(found)
        }
        waiting.add(look)
        look()
        void outcome.then(() => reject(new Error(`${args.join(' ')} ended first:\n${out}${err}`)))
      }),
  }
}

/** Runs a command to its end. */
export function tspeer(...args: readonly string[]): Promise<Outcome> {
  return startTspeer(args).outcome
}
