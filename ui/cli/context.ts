import type { Peer, PeerOptions } from '../../core/index.js'
import type { Hosted, HostOptions } from './host-peer.js'
import type { Output } from './output/index.js'

/** The programs a command may start or reach; tests give their own. */
export interface Programs {
  /** The peer that runs on a home, if one does. */
  connectLocal(home: string): Promise<Peer | undefined>
  createPeer(options: PeerOptions): Promise<Peer>
  /** Lets other commands use a peer that this one runs. */
  serveLocal(peer: Peer, home: string): Promise<{ close(): Promise<void> }>
  /** A peer with what was asked for beside it. */
  hostPeer(options: HostOptions): Promise<Hosted>
  /** The app of a peer that runs in another process. */
  serveRunning(peer: Peer): Promise<Hosted>
  /** Opens the desktop app on a home where NW.js is here; settles when its window is closed. */
  openDesktop(home: string, signal: AbortSignal): Promise<void> | undefined
  hashFile(path: string): Promise<{ readonly root?: string; readonly size: number; readonly sha256?: string }>
}

/** What every command has at hand. */
export interface Context {
  readonly programs: Programs
  readonly output: Output
  readonly home: string
  /** Where relative paths begin. */
  readonly cwd: string
  /** Aborted by SIGINT, SIGTERM, or when nobody reads the output any more. */
  readonly signal: AbortSignal
  /** The lines a person or a program types. */
  readonly input: AsyncIterable<string>
  /** Says what went wrong and goes on; the exit code will be 1. */
  fail(error: unknown): void
}

/** Why a command stops early; nothing is lost by it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** Throws when the command was interrupted. */
export function goOn(signal: AbortSignal): void {
  if (signal.aborted) throw new Interrupted('Interrupted.')
}

/** Waits for a promise, but no longer than until the command is interrupted. */
export async function orInterrupted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  goOn(signal)
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Interrupted('Interrupted.'))
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
