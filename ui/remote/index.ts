export type { Channel } from './channel.js'
export { connectFacade } from './connect-facade.js'
export { NewestEvents } from './newest-events.js'
export { serveFacade } from './serve-facade.js'
