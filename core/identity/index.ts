export { lockHome } from './home-lock.js'
export { isPeerId, type PeerId, parsePeerId, peerIdOfKey, shortId } from './peer-id.js'
