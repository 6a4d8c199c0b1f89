export { Machines, whyNoNamespaces } from './namespaces.js'
export { type Outcome, type Running, startRegistryProgram, startTspeer, tspeer } from './run-tspeer.js'
