import { lstatSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { PeerError, systemCode } from '../errors/index.js'

/**
 * Throws BAD_PATH when a part of `path` below `base` is a link (a junction counts): nothing is ever written
 * through one. `base` itself may be one, for it is the person's choice. Parts that don't exist yet are fine.
 * Synchronous, for the workers that write. Check again after making folders: this can't stop someone on this
 * computer who swaps a folder for a link in between, but no peer can.
 */
export function assertNoLinks(base: string, path: string): void {
  const inside = relative(base, path)
  if (inside === '') return
  if (isAbsolute(inside)) throw new PeerError('BAD_PATH', `${path} is not in ${base}.`)
  let at = base
  for (const part of inside.split(sep)) {
    if (part === '..') throw new PeerError('BAD_PATH', `${path} is not in ${base}.`)
    at = join(at, part)
    if (isLink(at))
      throw new PeerError('BAD_PATH', `${at} is a link, and links are not followed here. Remove it first.`)
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new PeerError('UNREADABLE', `${path} can’t be looked at.`, { cause: error })
  }
}
