import { join } from 'node:path'
import { localParts } from '../paths/index.js'
import type { TransferRecord } from './journal-records.js'
import type { PlannedEntry } from './plan.js'
import type { TargetSpec } from './worker/protocol.js'

/** Where an entry goes: the download's own name, then the entry's path in names this system can have. */
export function targetOf(record: TransferRecord, entry: PlannedEntry): TargetSpec {
  const below = entry.path === '' ? [] : localParts(entry.path)
  return { base: record.folder, parts: [record.targetName, ...below], mtime: entry.mtime }
}

/** The partial file of an entry. */
export function partialPath(record: TransferRecord, entry: number): string {
  return join(record.tmp, `${entry}.part`)
}
