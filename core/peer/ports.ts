import { hasCode } from '../errors/index.js'

/** The control port; the data ports follow it. Where one is busy, the next block of ten is tried. */
const CONTROL_PORT = 7471
const BLOCK = 10
const DATA_PORTS = 8
const BLOCKS = 20

/** A control port to try, and the data ports that go with it. 0 is any free port. */
export interface PortBlock {
  readonly control: number
  readonly data: readonly number[]
}

/** The blocks to try in turn: all of the default ones, or just the one that was asked for. */
export function portBlocks(asked: number | undefined): PortBlock[] {
  if (asked === 0) return [{ control: 0, data: [] }]
  if (asked !== undefined) return [blockAt(asked)]
  return Array.from({ length: BLOCKS }, (_, i) => blockAt(CONTROL_PORT + i * BLOCK))
}

/** Opens at the first block whose control port is free; PORT_BUSY when none is. */
export async function openAtFreeBlock<T>(
  blocks: readonly PortBlock[],
  open: (block: PortBlock) => Promise<T>,
): Promise<{ readonly opened: T; readonly block: PortBlock }> {
  let busy: unknown
  for (const block of blocks) {
    try {
      return { opened: await open(block), block }
    } catch (error) {
      if (!hasCode(error, 'PORT_BUSY')) throw error
      busy = error
    }
  }
  throw busy
}

function blockAt(control: number): PortBlock {
  const data = Array.from({ length: DATA_PORTS }, (_, i) => control + 1 + i)
  return { control, data: data.filter(port => port <= 65_535) }
}
