export { connectLocal } from './connect-local.js'
export { type LocalServer, serveLocal } from './serve-local.js'
