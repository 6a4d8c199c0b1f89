import type { Peer } from '../../api/index.js'
import type { Parts } from '../parts.js'
import { textOf } from './given.js'

export function registryOf({ registry, settings, events, around }: Parts): Peer['registry'] {
  const tell = () => events.emit({ kind: 'settings', settings: settings.all() })
  return {
    async join(address, options = {}) {
      const { id, secret } = options
      const given = {
        ...(id === undefined ? {} : { id }),
        ...(secret === undefined ? {} : { secret: textOf(secret, 'A join secret is a text.') }),
      }
      const status = await registry.join(textOf(address, 'Give an address as host:port.'), given)
      tell()
      return status
    },
    async leave() {
      const status = await registry.leave()
      tell()
      return status
    },
    async found() {
      around.refresh()
      return around.registries()
    },
  }
}
