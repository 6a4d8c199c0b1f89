export type { Channel } from './channel.js'
export { connectFacade, type RemotePeer } from './connect-facade.js'
export { NewestEvents } from './newest-events.js'
export { type PageServices, serveFacade } from './serve-facade.js'
