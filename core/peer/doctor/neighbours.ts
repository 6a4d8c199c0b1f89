import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** In the flags of an entry: the hardware address is known, so the computer has answered. */
const COMPLETE = 0x2

/** A system asks again 5 s after it has sent something, three times a second apart, before it gives somebody up. */
const GIVEN_UP_MS = 5_500
const LOOK_MS = 500

/**
 * Whether a computer of the same IPv4 network answers when it is asked for its hardware address, by which one that is
 * off is told from one that drops what comes; undefined where the system doesn't say (only Linux does). To be asked
 * some seconds after something was sent to it: what the system knew before may be old, and is waited out.
 */
export async function answersToArp(address: string, signal: AbortSignal): Promise<boolean | undefined> {
  for (const end = performance.now() + GIVEN_UP_MS; ; await delay(LOOK_MS, undefined, { signal })) {
    const table = await readFile('/proc/net/arp', 'utf8').catch(() => '')
    const answer = arpAnswer(table, address)
    if (answer !== true || performance.now() > end) return answer
  }
}

/** Reads the system's table, `IP address, HW type, Flags, HW address, Mask, Device` a line. */
export function arpAnswer(table: string, address: string): boolean | undefined {
  for (const line of table.split('\n')) {
    const [ip, , flags = ''] = line.trim().split(/\s+/)
    if (ip === address) return (Number(flags) & COMPLETE) !== 0
  }
  return undefined
}
