import type { Finding } from '../../api/index.js'
import type { Parts } from '../parts.js'
import { ownNetworks } from './networks.js'
import { discoveryFinding, networkFinding, portsFinding } from './own-checks.js'
import { personFindings } from './person-checks.js'
import { registryFindings } from './registry-checks.js'

/**
 * Why can I not see, or reach, that person: looks at this computer, its networks, the registry and, where one is
 * named, at someone. Each finding tells what was seen and, where something is wrong, what to do. Changes nothing.
 */
export async function examine(parts: Parts, who?: string): Promise<readonly Finding[]> {
  const networks = ownNetworks()
  const [registry, person] = await Promise.all([
    registryFindings(parts, networks),
    who === undefined ? [] : personFindings(parts, who, networks),
  ])
  return [networkFinding(networks), portsFinding(parts), discoveryFinding(parts), ...registry, ...person]
}
