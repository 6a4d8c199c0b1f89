import { userInfo } from 'node:os'
import { personNameFault } from '../paths/index.js'

/** The name proposed at first start: the system user's, made fit. */
export function proposedName(): string {
  const name = systemName()
    .normalize('NFC')
    .replace(/[:/\\#@\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  const short = [...name].slice(0, 32).join('').trim()
  return personNameFault(short) === undefined ? short : 'someone'
}

function systemName(): string {
  try {
    return userInfo().username
  } catch {
    // A process without an entry in the user database, as in some containers.
    return ''
  }
}
