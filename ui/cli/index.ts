export { type Hosted, type HostOptions, hostPeer } from './host-peer.js'
