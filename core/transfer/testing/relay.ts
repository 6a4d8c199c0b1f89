import { connect, createServer, type Socket } from 'node:net'

/** A TCP relay in front of a port that can spoil what passes from the port to whoever dialled. */
export interface Relay {
  readonly port: number
  /** Bytes that passed from the port. */
  readonly passed: number
  /** Flips a bit of the byte at this offset of all that passes, once. */
  flipAt(offset: number): void
  /** How many bits were flipped. */
  readonly flipped: number
  /** Lets no more than so many bytes pass from the port in all; without a call all do. */
  allow(bytes: number): void
  close(): Promise<void>
}

/** Starts a relay on loopback to a port on loopback. */
export async function startRelay(target: number): Promise<Relay> {
  const host = '127.0.0.1'
  const sockets = new Set<Socket>()
  const flows = new Set<() => void>()
  let allowed = Number.POSITIVE_INFINITY
  let passed = 0
  let flipped = 0
  let flip = Number.POSITIVE_INFINITY
  const server = createServer(near => {
    const far = connect(target, host)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    near.pipe(far)
    const flow = () => {
      if (passed >= allowed || near.writableNeedDrain) far.pause()
      else far.resume()
    }
    flows.add(flow)
    near.on('drain', flow)
    near.on('close', () => flows.delete(flow))
    far.on('data', chunk => {
      if (flip >= passed && flip < passed + chunk.length) {
        chunk[flip - passed] = (chunk[flip - passed] ?? 0) ^ 1
        flip = Number.POSITIVE_INFINITY
        flipped++
      }
      passed += chunk.length
      near.write(chunk)
      flow()
    })
  })
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get passed() {
      return passed
    },
    get flipped() {
      return flipped
    },
    flipAt: offset => {
      flip = offset
    },
    allow: bytes => {
      allowed = bytes
      for (const flow of flows) flow()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
