export { type Bridge, type BridgeOptions, startBridge } from './bridge.js'
export { type MediaServer, startMediaServer } from './media/media-server.js'
