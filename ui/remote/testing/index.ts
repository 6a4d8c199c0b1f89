export { channelPair } from './channel-pair.js'
export { ANNA, BEN, createFakePeer, type FakePeer, ROOT } from './fake-peer.js'
