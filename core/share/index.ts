export { parseExclusions } from './exclusions.js'
export { openShare } from './open-share.js'
export type { RootOfPath, Share, ShareGrant, ShareOptions } from './share-options.js'
export type { Asker, Viewer } from './visibility.js'
