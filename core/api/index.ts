export type { Peer, PeerOptions } from './peer.js'
export { isRate, LEAST_RATE, parseRate, parseSize, writeRate } from './size.js'
export type * from './types.js'
