import type { Entry, EntryReason, Visibility } from './entry.js'
import type { Found } from './manifest-types.js'
import type { Root } from './root.js'

/** The plain facts of one entry, apart from where it is and who may see it. */
export interface Facts {
  readonly folder: boolean
  /** 0 for a folder. */
  readonly size: number
  readonly mtime: number
  readonly root: Root | undefined
  /** Whether it may be executed. */
  readonly exec: boolean
  readonly reason: EntryReason | undefined
  /**
   * What tells one state of a local file from another (inode, size, times, digested to a number); 0 where
   * there is none. Equal stamps mean that a root still holds. It never leaves the peer.
   */
  readonly stamp: number
}

export function factsOf(entry: Entry, stamp: number): Facts {
  const file = entry.type === 'file' ? entry : undefined
  return {
    folder: !file,
    size: file?.size ?? 0,
    mtime: entry.mtime,
    root: file?.root,
    exec: file?.exec ?? false,
    reason: entry.reason,
    stamp,
  }
}

/** The facts of what a scan found: of a file that is the same as before, what hashing learned still holds. */
export function factsFound(found: Found, before: Facts | undefined): Facts {
  const facts = {
    folder: found.type === 'folder',
    size: found.type === 'file' ? found.size : 0,
    mtime: found.mtime,
    root: undefined,
    exec: found.type === 'file' && found.exec === true,
    reason: found.reason,
    stamp: found.type === 'file' ? found.stamp : 0,
  }
  if (before?.folder && facts.folder) {
    // Whether it can be listed turned out when it was, not when its parent was.
    return { ...facts, reason: facts.reason ?? (before.reason === 'unreadable' ? before.reason : undefined) }
  }
  const same = before && !before.folder && facts.stamp !== 0 && before.stamp === facts.stamp
  return same && !facts.reason ? { ...facts, root: before.root, reason: before.reason } : facts
}

export function sameFacts(a: Facts, b: Facts): boolean {
  return (
    a.folder === b.folder &&
    a.size === b.size &&
    a.mtime === b.mtime &&
    a.stamp === b.stamp &&
    a.root === b.root &&
    a.exec === b.exec &&
    a.reason === b.reason
  )
}

export function sameVisibility(a: Visibility, b: Visibility): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return a.length === b.length && a.every(id => b.includes(id))
}
