import { randomUUID } from 'node:crypto'
import type { Peer, ReadRequest } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import type { EntryRead } from '../../transfer/index.js'
import { LIMITS } from '../../wire/index.js'
import type { Parts } from '../parts.js'
import { download } from './download.js'
import { eachTransfer } from './each-transfer.js'
import { countOf, pageSize, textOf } from './given.js'
import { actionOf, idsOf, moveOf, priorityOf } from './queue-input.js'

export function transfersOf(parts: Parts): Peer['transfers'] {
  const { transfers, offers } = parts
  const { sends } = offers
  /** Downloads and sends are one list with one kind of id. */
  const of = (id: unknown) => {
    const text = textOf(id, 'Name a transfer.')
    return { id: text, side: sends.has(text) ? sends : transfers }
  }
  return {
    list: async () => [...transfers.list(), ...sends.list()].sort((a, b) => b.createdAt - a.createdAt),
    download: request => download(parts, request),
    async pause(id) {
      const { id: text, side } = of(id)
      if (side === sends)
        throw new PeerError('BAD_INPUT', 'A send can’t be paused here: its receiver can. Cancel it instead.')
      return transfers.pause(text)
    },
    async resume(id) {
      const { id: text, side } = of(id)
      return side.resume(text)
    },
    async cancel(id) {
      const { id: text, side } = of(id)
      return side.cancel(text)
    },
    async remove(id) {
      const { id: text, side } = of(id)
      return side.remove(text)
    },
    each: async (action, which) =>
      eachTransfer(parts, actionOf(action), which === 'all' ? which : idsOf(which)),
    move: async (id, to) => transfers.move(textOf(id, 'Name a transfer.'), moveOf(to)),
    prioritise: async (ids, priority) => transfers.prioritise(idsOf(ids), priorityOf(priority)),
    details: async id => transfers.details(textOf(id, 'Name a transfer.')),
    entries: async (id, { offset = 0, limit = LIMITS.pageEntries } = {}) =>
      transfers.entries(textOf(id, 'Name a transfer.'), countOf(offset), pageSize(limit)),
    read: async request => transfers.read(textOf(request.id, 'Name a transfer.'), entryRead(request)),
    endRead: async reader => transfers.endRead(readerOf(reader)),
  }
}

/** Bytes that one read gives at most: a few hold little memory and fit a message of any channel. */
const READ_BYTES = 256 * 1024

function entryRead({ entry, offset, length = READ_BYTES, reader }: ReadRequest): EntryRead {
  if (!Number.isSafeInteger(length) || length < 1)
    throw new PeerError('BAD_INPUT', 'A length is a whole number from 1 on.')
  return {
    entry: countOf(entry),
    offset: countOf(offset),
    length: Math.min(length, READ_BYTES),
    reader: reader === undefined ? randomUUID() : readerOf(reader),
    goesOn: reader !== undefined,
  }
}

function readerOf(value: unknown): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= MOST_READER_CHARACTERS) return value
  throw new PeerError('BAD_INPUT', `A reader is named by 1 to ${MOST_READER_CHARACTERS} characters.`)
}

const MOST_READER_CHARACTERS = 64
