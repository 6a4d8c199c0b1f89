import { PeerError } from '../errors/index.js'
import { LIMITS } from '../wire/index.js'

/** Whether a text may be sent; BAD_INPUT says why not. */
export function checkText(text: string): void {
  if (text === '') throw new PeerError('BAD_INPUT', 'The message is empty. Write something.')
  if (!text.isWellFormed()) throw new PeerError('BAD_INPUT', 'The message is not valid text.')
  if (Buffer.byteLength(text) > LIMITS.textBytes)
    throw new PeerError('BAD_INPUT', 'The message is over 16 KiB. Send it as a file, or in parts.')
}

/** Whether a reaction may be sent: an emoji, or a few letters. */
export function checkReaction(reaction: string): void {
  if (reaction.trim() === '' || !reaction.isWellFormed() || /\p{Cc}/u.test(reaction))
    throw new PeerError('BAD_INPUT', 'A reaction is an emoji or a short word.')
  if (Buffer.byteLength(reaction) > LIMITS.reactionBytes)
    throw new PeerError('BAD_INPUT', 'A reaction is an emoji or a short word: that one is too long.')
}
