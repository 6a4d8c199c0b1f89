import type { Logger as Pino } from 'pino'
import type { Logger } from './logger.js'

/** Where a log goes and how much of it is kept. */
export interface LogOptions {
  /** The folder of the rotating files. */
  readonly folder: string
  /** The name of the newest file, without its ending. */
  readonly name: string
  /** Parts logged in detail, as in `TSPEER_DEBUG=wire,transfer`; `*` is all. Default: that variable. */
  readonly debug?: string
}

const FILE_SIZE = '5M'
const FILES_KEPT = 5

/** Opens a log of JSON lines that rotates at 5 MB and keeps 5 old files. `close` waits until all is written. */
export async function openLog({
  folder,
  name,
  debug = process.env.TSPEER_DEBUG ?? '',
}: LogOptions): Promise<{ readonly log: Logger; close(): Promise<void> }> {
  // Loaded by who writes a log only: workers, to which others log, start sooner and take less memory.
  const [{ pino }, { createStream }] = await Promise.all([import('pino'), import('rotating-file-stream')])
  const stream = createStream((_time, index) => (index ? `${name}.${index}.log` : `${name}.log`), {
    path: folder,
    size: FILE_SIZE,
    maxFiles: FILES_KEPT,
    rotate: FILES_KEPT,
    mode: 0o600,
  })
  // A log that can't be written (a full disk) must not stop the peer; the next line is tried again.
  stream.on('error', () => {})
  stream.on('warning', () => {})
  const root = pino({ base: null, level: 'info', timestamp: pino.stdTimeFunctions.isoTime }, stream)
  const detailed = new Set(debug.split(',').map(part => part.trim()))
  let closing: Promise<void> | undefined

  return {
    log: wrap(root, detailed),
    close() {
      closing ??= new Promise(resolve => {
        if (stream.closed || stream.destroyed) resolve()
        else stream.end(() => resolve())
      })
      return closing
    },
  }
}

function wrap(logger: Pino, detailed: ReadonlySet<string>): Logger {
  return {
    debug: (message, about) => logger.debug(about ?? {}, message),
    info: (message, about) => logger.info(about ?? {}, message),
    warn: (message, about) => logger.warn(about ?? {}, message),
    error: (message, about) => logger.error(about ?? {}, message),
    part(name) {
      const level = detailed.has('*') || detailed.has(name) ? 'debug' : 'info'
      return wrap(logger.child({ part: name }, { level }), detailed)
    },
  }
}
