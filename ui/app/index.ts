export type { AppPeer, Host, LinkState, Platform } from './host.js'
export { createLink, type Link } from './hosts/link.js'
export { type MediaType, mediaTypeOf } from './media-type.js'
