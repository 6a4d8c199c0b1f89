import type { Peer, PeerEvent } from '../api/index.js'

/** Long, for a busy machine with a slow disk: who waits goes on at once when it holds. */
const DEADLINE_MS = 60_000

/** Waits until the peer tells of something for which `holds`; fails after a deadline with what it waited for. */
export function untilEvent<T extends PeerEvent>(
  peer: Peer,
  what: string,
  holds: (event: PeerEvent) => event is T,
  deadlineMs?: number,
): Promise<T>
export function untilEvent(
  peer: Peer,
  what: string,
  holds: (event: PeerEvent) => boolean,
  deadlineMs?: number,
): Promise<PeerEvent>
export function untilEvent(
  peer: Peer,
  what: string,
  holds: (event: PeerEvent) => boolean,
  deadlineMs = DEADLINE_MS,
): Promise<PeerEvent> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop()
      reject(new Error(`waited ${deadlineMs / 1000} s for ${what}`))
    }, deadlineMs)
    const stop = peer.subscribe(event => {
      if (!holds(event)) return
      clearTimeout(timer)
      stop()
      resolve(event)
    })
  })
}

/** Waits until a condition that nothing announces holds, looking again every `everyMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | undefined> | T | false | undefined,
  deadlineMs = DEADLINE_MS,
  everyMs = 20,
): Promise<T> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`waited ${deadlineMs / 1000} s for ${what}`)
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
}
