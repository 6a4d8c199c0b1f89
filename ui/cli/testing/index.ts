export { Machines, whyNoNamespaces } from './namespaces.js'
export { cli, lastAsked, objects, type Ran } from './run-fake.js'
export {
  type Outcome,
  type Running,
  type RunOptions,
  startRegistryProgram,
  startTspeer,
  tspeer,
} from './run-tspeer.js'
