export { type Logger, silentLogger } from './logger.js'
export { openLog } from './open-log.js'
