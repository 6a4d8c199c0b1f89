export type { Peer, PeerOptions } from './peer.js'
export type * from './types.js'
