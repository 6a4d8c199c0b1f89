import { isPeerId } from '../../identity/index.js'
import type { Service, ServiceKind } from '../services.js'

/**
 * The packets of the probe, for networks without multicast. A question is 512 bytes: `tsPeer?1`, a nonce of 16, zeros.
 * An answer is never larger: `tsPeer!1`, the nonce, a count, and for each service its kind (0 peer, 1 registry), its
 * port (big-endian) and its id (52 characters).
 */
export const QUESTION_BYTES = 512
export const NONCE_BYTES = 16
const QUESTION = Buffer.from('tsPeer?1')
const ANSWER = Buffer.from('tsPeer!1')
const KINDS: readonly ServiceKind[] = ['peer', 'registry']
const ID_BYTES = 52
const SERVICE_BYTES = 1 + 2 + ID_BYTES
const HEAD_BYTES = ANSWER.length + NONCE_BYTES + 1
const MOST_SERVICES = Math.floor((QUESTION_BYTES - HEAD_BYTES) / SERVICE_BYTES)

export function writeQuestion(nonce: Buffer): Buffer {
  const packet = Buffer.alloc(QUESTION_BYTES)
  QUESTION.copy(packet)
  nonce.copy(packet, QUESTION.length)
  return packet
}

/** The nonce of a question; undefined for what is none. Shorter ones are refused, so that no answer is larger. */
export function readQuestion(packet: Buffer): Buffer | undefined {
  if (packet.length !== QUESTION_BYTES || !packet.subarray(0, QUESTION.length).equals(QUESTION))
    return undefined
  return packet.subarray(QUESTION.length, QUESTION.length + NONCE_BYTES)
}

export function writeAnswer(nonce: Buffer, services: readonly Service[]): Buffer {
  const told = services.slice(0, MOST_SERVICES)
  const head = Buffer.concat([ANSWER, nonce, Buffer.from([told.length])])
  const each = told.map(({ kind, port, id }) => {
    const service = Buffer.alloc(SERVICE_BYTES)
    service.writeUInt8(KINDS.indexOf(kind))
    service.writeUInt16BE(port, 1)
    service.write(id, 3, 'latin1')
    return service
  })
  return Buffer.concat([head, ...each])
}

/** What an answer tells; undefined for what is none. */
export function readAnswer(packet: Buffer): { nonce: Buffer; services: readonly Service[] } | undefined {
  if (packet.length < HEAD_BYTES || !packet.subarray(0, ANSWER.length).equals(ANSWER)) return undefined
  const count = packet.readUInt8(HEAD_BYTES - 1)
  if (packet.length !== HEAD_BYTES + count * SERVICE_BYTES) return undefined
  const nonce = packet.subarray(ANSWER.length, ANSWER.length + NONCE_BYTES)
  const services: Service[] = []
  for (let i = 0; i < count; i++) {
    const at = HEAD_BYTES + i * SERVICE_BYTES
    const kind = KINDS[packet.readUInt8(at)]
    const port = packet.readUInt16BE(at + 1)
    const id = packet.toString('latin1', at + 3, at + SERVICE_BYTES)
    if (!kind || port === 0 || !isPeerId(id)) return undefined
    services.push({ kind, port, id })
  }
  return { nonce, services }
}
