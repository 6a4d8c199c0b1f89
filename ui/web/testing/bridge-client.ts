import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { WebSocket } from 'ws'
import { type Channel, connectFacade, type RemotePeer } from '../../remote/index.js'
import type { Bridge } from '../index.js'

/** What came for a request. */
export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Asks for a path as a page would; what a browser sends by itself can be changed. */
export function get(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, answer => {
      const body: Buffer[] = []
      answer.on('data', (bytes: Buffer) => body.push(bytes))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(body) }),
      )
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Opens a page's socket, with headers changed where a test wants. */
export function openSocket({ port }: Pick<Bridge, 'port'>, headers: Record<string, string> = {}): WebSocket {
  const origin = `http://127.0.0.1:${port}`
  return new WebSocket(`ws://127.0.0.1:${port}/socket`, { headers: { origin, ...headers } })
}

/** Enters with the bridge's token; the peer as the page has it. */
export async function usePeer(bridge: Bridge): Promise<{ socket: WebSocket; peer: RemotePeer }> {
  const socket = openSocket(bridge)
  await once(socket, 'open')
  socket.send(bridge.url.split('#token=')[1] ?? '')
  return { socket, peer: await connectFacade(channelOf(socket)) }
}

function channelOf(socket: WebSocket): Channel {
  return {
    send: text => socket.send(text),
    onMessage: listener => void socket.on('message', data => listener(String(data))),
    onClose: listener => void socket.on('close', () => listener()),
    close: () => socket.close(),
  }
}
