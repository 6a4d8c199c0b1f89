export type {
  Connection,
  EventHandlers,
  Handlers,
  Purpose,
  RequestHandlers,
  RequestOptions,
} from './connection.js'
export { LIMITS } from './limits.js'
export * from './messages/index.js'
