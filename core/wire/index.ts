export { Admission, addressKey, isLoopback } from './admission.js'
export type {
  Connection,
  EventHandlers,
  Handlers,
  Purpose,
  RequestHandlers,
  RequestOptions,
} from './connection.js'
export {
  type Connections,
  type ConnectionsOptions,
  createConnections,
  type Reachable,
} from './connections.js'
export { type DialOptions, dial, touch } from './dial.js'
export { type Envelope, encodeMessage, openMessage, type SentEnvelope } from './envelope.js'
export {
  BULK_PREFIX_BYTES,
  type BulkPrefix,
  type BulkSlice,
  FRAME,
  FrameParser,
  type FrameSink,
  type MessageKind,
  writeBulkPrefix,
} from './frames.js'
export { encodeGoodbye, encodeHello, goodbyeError, type HelloOptions, openHello } from './hello.js'
export { LIMITS, type Limits } from './limits.js'
export { type Listener, type ListenOptions, listen } from './listen.js'
export * from './messages/index.js'
export { protocolError } from './protocol-error.js'
export { tlsClientOptions, tlsServerOptions, verifyTls } from './tls.js'
export { tryBack } from './try-back.js'
