export { lockHome } from './home-lock.js'
export { checkKeyPair, peerIdOfPublicKey } from './key-check.js'
export { type Identity, makeIdentity, openIdentity } from './open-identity.js'
export { isPeerId, type PeerId, parsePeerId, peerIdOfKey, shortId } from './peer-id.js'
