import { readdirSync } from 'node:fs'
import { partFault } from '../paths/index.js'

const MAX_NAME_BYTES = 255

/** A name as it stands on disk, and how it is listed. */
export interface ReadName {
  readonly name: string
  /** False where the listed name is only a description of what the disk has. */
  readonly exact: boolean
}

/** What a decoder puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd'

/** The names in a folder. Throws what the system says. */
export function readNames(folder: string): ReadName[] {
  const names = readdirSync(folder)
  if (names.every(isExact)) return names.map(name => ({ name, exact: true }))
  return readdirSync(folder, { encoding: 'buffer' }).map(readName)
}

function isExact(name: string): boolean {
  return !name.includes(REPLACEMENT) && partFault(name) === undefined
}

/**
 * The name in a listing. One that is not UTF-8, or that no other system could take, is listed with its
 * strange bytes as `\xNN`, and can't be fetched.
 */
function readName(bytes: Buffer): ReadName {
  const text = bytes.toString('utf8')
  if (Buffer.from(text, 'utf8').equals(bytes) && partFault(text) === undefined)
    return { name: text, exact: true }
  const escaped = bytes.toString('latin1').replace(/[^\x20-\x7e]/g, escapeByte)
  return { name: escaped.slice(0, MAX_NAME_BYTES), exact: false }
}

function escapeByte(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
}
