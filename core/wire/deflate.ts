import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { systemCode } from '../errors/index.js'
import { LIMITS } from './limits.js'
import { protocolError } from './protocol-error.js'

/**
 * Both directions are synchronous: a message is small (256 KiB deflate in 5 ms, 1 MiB inflates in 3 ms) and
 * the order of messages must stay.
 */
export function deflate(bytes: Buffer): Buffer {
  return deflateRawSync(bytes, { level: 1 })
}

/** Inflates a payload; one that would be over 1 MiB is stopped there. */
export function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: LIMITS.inflatedBytes })
  } catch (error) {
    const fault =
      systemCode(error) === 'ERR_BUFFER_TOO_LARGE' ? 'inflates to over 1 MiB' : 'is no raw deflate'
    throw protocolError('frame.payload', fault)
  }
}
