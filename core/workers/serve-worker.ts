import { parentPort } from 'node:worker_threads'
import { type BirpcReturn, createBirpc } from 'birpc'
import { errorsAsData } from './channel.js'

/**
 * Called once in a worker's entry: offers its functions to the main side and returns the main side's.
 * The same entry runs as a thread or as a forked process, and ends with the process that started it.
 */
export function serveWorker<Remote extends object, Local extends object>(
  functions: Local,
): BirpcReturn<Remote, Local> {
  const port = parentPort
  if (!port) process.once('disconnect', () => process.exit())
  return createBirpc<Remote, Local>(functions, {
    post: message => {
      if (port) port.postMessage(message)
      else process.send?.(message)
    },
    on: listener => {
      if (port) port.on('message', listener)
      else process.on('message', listener)
    },
    ...errorsAsData,
    timeout: -1,
  })
}
