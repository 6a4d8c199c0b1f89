import { localParts } from '../paths/index.js'
import type { TransferRecord } from './journal-records.js'
import type { PlannedEntry } from './plan.js'

/** Below a download's folder: the download's own name, then the entry's path in names this system can have. */
export function targetPath(record: TransferRecord, entry: PlannedEntry): string {
  return entry.path === '' ? record.targetName : `${record.targetName}/${localParts(entry.path).join('/')}`
}
