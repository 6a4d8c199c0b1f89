import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../../../core/errors/index.js'
import { lockHome } from '../../../core/identity/index.js'
import type { Logger } from '../../../core/log/index.js'
import { People } from '../../people.js'
import { openNedbStore } from '../../store/nedb-store.js'
import { tellDamage } from '../../tell-damage.js'
import { openAccess } from '../access-file.js'
import { Administration } from '../administration.js'
import { backupFolder, makeBackup } from '../backup/make-backup.js'
import { operationsOf } from './operations-of.js'
import type { Reached } from './reach-registry.js'
import { SettingsDesk, settingsAt } from './settings-desk.js'

/** The data of a registry that doesn't run, locked until it is closed. HOME_IN_USE where one does. */
export async function openOffline(home: string, log: Logger): Promise<Reached> {
  const release = await lockHome(home)
  try {
    const access = await openAccess(home)
    const now = await settingsAt(home)
    const store = await openNedbStore(join(home, 'db'))
    tellDamage(store, log)
    const people = new People(await store.people(), new Set(), id => access.isBanned({ id }))
    const admin = new Administration({
      people,
      access,
      isHere: () => false,
      async forget(person) {
        people.remove(person)
        // Its documents are those of someone unknown, and go when a registry starts on them.
        await store.removePerson(person.id)
      },
      letGo: () => 0,
      changed: () => {},
      now: Date.now,
      log,
    })
    const all = [...people.all]
    const stats = {
      people: all.length,
      online: 0,
      connections: 0,
      entries: 0,
      files: all.reduce((sum, { files }) => sum + files, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
      complete: false,
      banned: access.rules.bans.length,
    }
    const operations = operationsOf({
      admin,
      desk: new SettingsDesk({ home, now, apply: () => {}, log }),
      backup: folder => makeBackup(home, folder ?? backupFolder(home, Date.now()), work => work()),
      stats: () => stats,
    })
    return {
      operations,
      async close() {
        await store.close()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** BAD_PATH for a folder in which no registry ever ran: nothing is made there. */
export async function mustBeHome(home: string): Promise<void> {
  const facts = await stat(join(home, 'db')).catch(() => undefined)
  if (facts?.isDirectory()) return
  throw new PeerError(
    'BAD_PATH',
    `${home} is no registry's home. Name it with --home, or start the registry once.`,
  )
}
