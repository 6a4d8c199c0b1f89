export type { Peer, PeerOptions } from './peer.js'
export { parseRate, parseSize, writeRate } from './size.js'
export type * from './types.js'
