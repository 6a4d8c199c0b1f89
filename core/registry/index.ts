export type { PublishedShare } from './publisher.js'
export {
  createRegistryClient,
  type Introduction,
  type PersonStatus,
  type RegistryClient,
  type RegistryClientOptions,
} from './registry-client.js'
export { retryWaitMs } from './retry-wait.js'
