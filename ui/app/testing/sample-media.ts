import { type Peer, PeerError, type Transfer } from '../../../core/browser.js'

/** A file with real content, which a page can show. */
export interface SampleMedia {
  readonly name: string
  readonly bytes: Uint8Array
}

const WAV_HEADER_BYTES = 44
const SAMPLES_A_SECOND = 8000

/** A tone of so many seconds: 8-bit mono, which every browser plays. */
export function sampleWav(seconds: number): Uint8Array {
  const samples = seconds * SAMPLES_A_SECOND
  const bytes = new Uint8Array(WAV_HEADER_BYTES + samples)
  const view = new DataView(bytes.buffer)
  const text = (at: number, word: string) => bytes.set(new TextEncoder().encode(word), at)
  text(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true) // PCM
  view.setUint16(22, 1, true)
  view.setUint32(24, SAMPLES_A_SECOND, true)
  view.setUint32(28, SAMPLES_A_SECOND, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  text(36, 'data')
  view.setUint32(40, samples, true)
  for (let n = 0; n < samples; n++) bytes[WAV_HEADER_BYTES + n] = 128 + 60 * Math.sin(n / 3)
  return bytes
}

/** A picture of one pixel. */
export function samplePng(): Uint8Array {
  const base64 =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
}

/** How a fake peer's transfers are listed and read: each is one file, and those with sample media have bytes. */
export function sampleReading(
  find: (id: string) => Transfer,
  media: ReadonlyMap<string, SampleMedia>,
): Pick<Peer['transfers'], 'entries' | 'read' | 'endRead'> {
  return {
    async entries(id, { offset = 0 } = {}) {
      const { name, total, bytes } = find(id)
      const entry = { index: 0, path: '', name, type: 'file', size: total, done: bytes } as const
      return { total: 1, entries: offset === 0 ? [entry] : [] }
    },
    async read({ id, entry, offset, length = 256 * 1024 }) {
      const bytes = entry === 0 ? media.get(find(id).id)?.bytes : undefined
      if (!bytes) throw new PeerError('NOT_FOUND', 'This transfer has no such entry.')
      return bytes.slice(offset, offset + length)
    },
    async endRead() {},
  }
}
