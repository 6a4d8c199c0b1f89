export { type Outcome, type Running, startTspeer, tspeer } from './run-tspeer.js'
