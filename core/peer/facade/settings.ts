import type { Peer } from '../../api/index.js'
import { parseExclusions } from '../../share/index.js'
import type { Parts } from '../parts.js'

export function settingsOf({
  settings,
  limits,
  registry,
  transfers,
  events,
  share,
  pace,
  around,
}: Parts): Peer['settings'] {
  return {
    all: async () => settings.all(),
    async set(key, value) {
      const before = settings.all()
      const now = await settings.set(key, value)
      limits.follow(before, now)
      if (now.name !== before.name) registry.introduceAgain()
      if (now.status !== before.status || now.statusText !== before.statusText) registry.statusChanged(now)
      if (now.downloadsAtOnce !== before.downloadsAtOnce) transfers.setAtOnce(now.downloadsAtOnce)
      if (now.registry !== before.registry) await registry.follow(now.registry)
      if (now.discovery !== before.discovery || now.probe !== before.probe)
        await around.set(now.discovery, now.probe)
      if (now.exclude !== before.exclude) share.setExclusions(parseExclusions(now.exclude))
      if (pace.apply()) events.emit({ kind: 'share', progress: share.progress() })
      events.emit({ kind: 'settings', settings: now })
      return now
    },
  }
}
