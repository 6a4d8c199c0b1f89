import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 32 // 256 bits
const CAPABILITY_BYTES = 16 // 128 bits

export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** What stands in an address for one thing that may be had. */
export function newCapability(): string {
  return randomBytes(CAPABILITY_BYTES).toString('base64url')
}

/** Compares in a time that says nothing about where the two differ, whatever their lengths. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
