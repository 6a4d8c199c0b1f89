import { PeerError } from '../errors/index.js'
import { isPeerId, type PeerId } from './peer-id.js'

declare const groupIdBrand: unique symbol

/** 128 random bits as 32 hex digits: a group of people who write to each other. */
export type GroupId = string & GroupIdBrand

/** What only a parser gives a text. */
export interface GroupIdBrand {
  readonly [groupIdBrand]: true
}

/** Where messages stand together: those with one person, or those of a group. The two differ in length. */
export type ThreadId = PeerId | GroupId

const GROUP_ID = /^[0-9a-f]{32}$/

/** Whether a text has the form of a group id. */
export function isGroupId(text: unknown): text is GroupId {
  return typeof text === 'string' && GROUP_ID.test(text)
}

/** Reads the id of a person or a group; BAD_ID if it is neither. */
export function parseThreadId(text: string): ThreadId {
  const id = text.trim().toLowerCase()
  if (isPeerId(id) || isGroupId(id)) return id
  throw new PeerError('BAD_ID', 'That is neither a peer id nor the id of a group.')
}
