import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fromPlainError, isErrorCode, PeerError, systemCode } from '../../../core/errors/index.js'
import { homeSocket } from '../../../core/identity/index.js'
import type { OperationName, Operations } from './operations.js'

/** What can be asked of a registry, until it is closed. */
export interface Reached {
  readonly operations: Operations
  close(): Promise<void>
}

/** The registry that runs on a home, or undefined when none does. */
export async function reachRegistry(home: string): Promise<Reached | undefined> {
  const socket = await open(homeSocket(home, 'registry'))
  if (!socket) return undefined
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  socket.on('error', () => {}) // the lines end, which is told
  const call = async (operation: OperationName, ...args: readonly (string | undefined)[]) => {
    socket.write(`${JSON.stringify({ operation, args: args.filter(arg => arg !== undefined) })}\n`)
    return answerIn(await lines.next())
  }
  const operations = {
    people: () => call('people'),
    ban: (who, reason) => call('ban', who, reason),
    allow: who => call('allow', who),
    allowKnown: () => call('allowKnown'),
    release: name => call('release', name),
    backup: folder => call('backup', folder),
    stats: () => call('stats'),
    settings: () => call('settings'),
    set: (key, value) => call('set', key, value),
  } satisfies { [N in OperationName]: (...args: never[]) => Promise<unknown> } as Operations
  return {
    operations,
    async close() {
      socket.destroy()
      if (!socket.closed) await once(socket, 'close')
    },
  }
}

function answerIn({ value, done }: IteratorResult<string>): unknown {
  if (done) throw new PeerError('CONNECTION_LOST', 'The registry ended before it answered. Try again.')
  const { answer, error } = JSON.parse(value) as {
    answer?: unknown
    error?: { code: unknown; message: string }
  }
  if (!error) return answer
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL'
  throw fromPlainError({ code, message: error.message })
}

/** No socket, one left by a registry that is gone, or a home that isn't a folder. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR'])

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.setEncoding('utf8')
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', cause => {
      const code = systemCode(cause) ?? ''
      if (NOBODY.has(code)) resolve(undefined)
      else
        reject(new PeerError('UNREACHABLE', `The registry at ${path} can't be reached (${code}).`, { cause }))
    })
  })
}
