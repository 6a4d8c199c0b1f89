export { createPeer } from './create-peer.js'
export { defaultHome } from './home.js'
export { type ReadStreamOptions, readStream } from './read-stream.js'
