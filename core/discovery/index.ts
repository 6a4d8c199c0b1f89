export { createDiscovery, type Discovery, type DiscoveryOptions } from './discovery.js'
export { type Scope, scopeFor } from './scope.js'
export type { Service, ServiceKind } from './services.js'
export type { Place, Sighting } from './sightings.js'
