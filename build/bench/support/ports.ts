import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export const HOST = '127.0.0.1'
const START_MS = 10_000

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, HOST, resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** Resolves when something listens there. */
export async function listening(port: number): Promise<void> {
  const until = performance.now() + START_MS
  while (performance.now() < until) {
    const isOpen = await new Promise<boolean>(resolve => {
      const socket = connect(port, HOST, () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await setTimeout(50)
  }
  throw new Error('it did not start')
}
