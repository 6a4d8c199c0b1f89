export { findNwRuntime, openDesktop } from './runtime.js'
