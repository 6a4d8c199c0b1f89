export { serveWorker } from './serve-worker.js'
export { startWorker, type WorkerHandle, type WorkerKind, type WorkerOptions } from './start-worker.js'
