export { type Key, openStore, type Range, type Store, type Table } from './store.js'
