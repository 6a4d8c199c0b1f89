export { createPeer } from './create-peer.js'
export { defaultHome } from './home.js'
