import { chmod, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { PeerError, systemCode, toPlainError } from '../../../core/errors/index.js'
import { homeSocket, prepareSocketFolder } from '../../../core/identity/index.js'
import type { Logger } from '../../../core/log/index.js'
import { isOperation, type Operations } from './operations.js'

const MAX_CLIENTS = 16
const MAX_LINE = 64 * 1024

/**
 * Takes commands from programs of the same user on this computer: a line of JSON asks `{operation, args}`, a line
 * answers `{answer}` or `{error}`. The home must be locked by this process: a socket there is a left-over.
 */
export async function serveControl(options: {
  readonly home: string
  readonly operations: Operations
  readonly log: Logger
}): Promise<{ readonly path: string; close(): Promise<void> }> {
  const path = homeSocket(options.home, 'registry')
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, options.operations)
  })
  server.maxConnections = MAX_CLIENTS
  await listenForOwner(server, path)
  server.on('error', error => options.log.warn('control socket', { error: error.message }))
  return {
    path,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroySoon()
      }),
  }
}

async function listenForOwner(server: Server, path: string): Promise<void> {
  const isFile = process.platform !== 'win32'
  if (isFile) {
    await prepareSocketFolder(path)
    await unlink(path).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const message = `The socket ${path} can't be made (${systemCode(cause)}). Choose another --home.`
      reject(new PeerError('BAD_PATH', message, { cause }))
    })
    // Nobody else may connect between its making and the change of its mode either.
    const umask = isFile ? process.umask(0o177) : 0
    server.listen(path, () => {
      server.removeAllListeners('error')
      resolve()
    })
    if (isFile) process.umask(umask)
  })
  if (isFile) await chmod(path, 0o600)
}

function serve(socket: Socket, operations: Operations): void {
  let characters = 0
  socket.setEncoding('utf8')
  socket.on('error', () => {}) // `close` follows
  socket.on('data', (text: string) => {
    const end = text.lastIndexOf('\n')
    characters = end < 0 ? characters + text.length : text.length - end
    if (characters > MAX_LINE) socket.destroy()
  })
  createInterface({ input: socket }).on('line', async line => {
    const answer = await answerTo(line, operations)
    if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`)
  })
}

async function answerTo(line: string, operations: Operations): Promise<object> {
  try {
    const { operation, args } = JSON.parse(line) as { operation?: unknown; args?: unknown }
    if (!isOperation(operation) || !Array.isArray(args) || !args.every(isText))
      throw new PeerError('UNSUPPORTED', 'This registry does not know that command. Is it an older version?')
    const work = operations[operation] as (...given: readonly string[]) => Promise<unknown>
    return { answer: await work.apply(operations, args) }
  } catch (error) {
    return { error: toPlainError(error) }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
