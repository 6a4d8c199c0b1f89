import { partFault } from '../paths/index.js'

const MAX_NAME_BYTES = 255

/** A name as it stands on disk, and how it is listed. */
export interface ReadName {
  readonly name: string
  /** False where the listed name is only a description of what the disk has. */
  readonly exact: boolean
}

/**
 * The name in a listing. One that is not UTF-8, or that no other system could take, is listed with its
 * strange bytes as `\xNN`, and can't be fetched.
 */
export function readName(bytes: Buffer): ReadName {
  const text = bytes.toString('utf8')
  if (Buffer.from(text, 'utf8').equals(bytes) && partFault(text) === undefined)
    return { name: text, exact: true }
  const escaped = bytes.toString('latin1').replace(/[^\x20-\x7e]/g, escapeByte)
  return { name: escaped.slice(0, MAX_NAME_BYTES), exact: false }
}

function escapeByte(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
}
