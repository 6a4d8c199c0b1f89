export { Machines, whyNoNamespaces } from './namespaces.js'
export {
  type Outcome,
  type Running,
  type RunOptions,
  startRegistryProgram,
  startTspeer,
  tspeer,
} from './run-tspeer.js'
