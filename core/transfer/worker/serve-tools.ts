import type { PeerId } from '../../identity/index.js'
import type { SentEnvelope } from '../../wire/index.js'
import type { Loans } from '../limits/pacing.js'
import type { ChunkBuffers } from './chunk-buffer.js'
import type { Grants } from './grants.js'
import type { OpenFiles } from './open-files.js'
import type { UploadQuestions } from './protocol.js'

/** The main side's answers, as they come over the channel. */
type AskMain = {
  [K in Exclude<keyof UploadQuestions, keyof Loans>]: (
    ...a: Parameters<UploadQuestions[K]>
  ) => Promise<ReturnType<UploadQuestions[K]>>
}

/** What the connections of a worker share. */
export interface ServeTools {
  readonly main: AskMain
  readonly grants: Grants
  readonly files: OpenFiles
  readonly buffers: ChunkBuffers
  readonly bigBuffers: ChunkBuffers
  now(): number
}

/** How a served connection sends. */
export interface ServeSocket {
  readonly peer: PeerId
  readonly open: boolean
  /** How much of a large file goes into one frame. */
  readonly chunkBytes: number
  send(envelope: SentEnvelope): void
  write(frame: Buffer, sent: () => void): void
  /** Nothing is asked for any more, for now. */
  rest(): void
}
