import type { PeerStatus } from '../../api/index.js'
import type { Parts } from '../parts.js'

export function statusOf({ home, identity, settings, address, registry, share }: Parts): PeerStatus {
  const { name, downloads } = settings.all()
  return {
    id: identity.id,
    name,
    home: home.path,
    folders: { share: home.share, downloads },
    address,
    warnings: home.warning ? [home.warning] : [],
    registry: registry.status(),
    share: share.progress(),
  }
}
