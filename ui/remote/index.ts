export type { Channel } from './channel.js'
export { connectFacade } from './connect-facade.js'
export { serveFacade } from './serve-facade.js'
