import { hasLayer, pieceCount } from '../../content/index.js'
import { isPeerError, PeerError } from '../../errors/index.js'
import type { Root } from '../../manifest/index.js'
import {
  type Envelope,
  type FileRequest,
  LIMITS,
  protocolError,
  type SentEnvelope,
} from '../../wire/index.js'
import type { Grant, RootOfPath } from '../grant.js'
import { CHUNK_BYTES } from './chunk-buffer.js'
import type { ServeSocket, ServeTools } from './serve-tools.js'
import { notShared, type Reading, readFiles, readLayer, readPieces } from './served-request.js'

/** Frames of one connection on their way: one being sent, one to follow it. */
const FRAMES_UNDER_WAY = 2

/** A request in line: what the main side said is fetched while those before it are served. */
interface Job {
  readonly id: number
  readonly body: FileRequest
  cancelled: boolean
  ready: boolean
  /** Grants belong to the era they were asked in; a revoke makes the job ask again. */
  era: number
  error?: PeerError
  layer?: Uint8Array | undefined
  rootOf?: RootOfPath | undefined
  reading?: Reading
  /** What the reading was granted was revoked: it goes on only from what is granted anew. */
  isStale?: boolean
}

/** Serves one peer over one data connection: its requests in their order, each from what it was granted. */
export class ServedPeer {
  readonly #socket: ServeSocket
  readonly #tools: ServeTools
  readonly #jobs: Job[] = []
  #underWay = 0

  constructor(socket: ServeSocket, tools: ServeTools) {
    this.#socket = socket
    this.#tools = tools
  }

  /** Takes a message; throws PROTOCOL_ERROR for one that has no place on a data connection. */
  message(envelope: Envelope): void {
    switch (envelope.op) {
      case 'request':
        if (envelope.type === 'FILE_REQUEST') this.#accept(envelope.id, envelope.body)
        else this.#refuse(envelope.id, unsupported())
        return
      case 'unknown-request':
        this.#refuse(envelope.id, unsupported())
        return
      case 'cancel':
        for (const job of this.#jobs) if (job.id === envelope.id) job.cancelled = true
        return
      case 'event':
      case 'unknown-event':
        return
      default:
        throw protocolError('op', 'is an answer to nothing')
    }
  }

  #accept(id: number, body: FileRequest): void {
    if (this.#jobs.length >= LIMITS.requestsInFlight) {
      throw new PeerError('TOO_BUSY', `More than ${LIMITS.requestsInFlight} requests are open.`)
    }
    const job: Job = { id, body, cancelled: false, ready: false, era: -1 }
    this.#jobs.push(job)
    this.#prepare(job)
    this.#pump()
  }

  /** Asks the main side what must be known; ready at once when all is. */
  #prepare(job: Job): void {
    const { main, grants, now } = this.#tools
    const { peer } = this.#socket
    job.ready = false
    job.era = grants.era
    if (job.body.want === 'root') {
      this.#await(job, main.rootOf(peer, job.body.path, job.body.offer), found => {
        job.rootOf = found
      })
      return
    }
    const missing = grants.missing(peer, rootsOf(job.body), now())
    const { body, era } = job
    if (missing.length === 0 && body.want !== 'layer' && !this.#mustAskHave(body)) {
      job.ready = true
      return
    }
    const asked = missing.length === 0 ? Promise.resolve([]) : main.grant(peer, missing)
    const answers = asked.then(async found => {
      grants.put(peer, missing, found, { era, nowMs: now() })
      if (this.#mustAskHave(body)) grants.putHave(body.root, await main.have(peer, body.root), era)
      return body.want === 'layer' && grants.find(peer, body.root, now())
        ? main.layer(peer, body.root)
        : undefined
    })
    this.#await(job, answers, layer => {
      job.layer = layer
    })
  }

  /** Which pieces of a file that is being fetched are here changes all the time. */
  #mustAskHave(body: FileRequest): body is Extract<FileRequest, { want: 'have' | 'pieces' }> {
    const { grants, now } = this.#tools
    if (body.want !== 'have' && body.want !== 'pieces') return false
    if (!grants.find(this.#socket.peer, body.root, now())?.partial) return false
    return body.want === 'have' || !grants.holds(body.root, body.first, body.count)
  }

  #await<T>(job: Job, answer: Promise<T>, note: (value: T) => void): void {
    answer
      .then(note, error => {
        job.error = isPeerError(error)
          ? error
          : new PeerError('INTERNAL', 'The owner failed.', { cause: error })
      })
      .finally(() => {
        job.ready = true
        this.#pump()
      })
  }

  /** Goes on with the first request as far as frames may be under way. */
  #pump(): void {
    for (let job = this.#jobs[0]; job?.ready && this.#socket.open; job = this.#jobs[0]) {
      if (job.era !== this.#tools.grants.era && !job.cancelled) {
        job.isStale = job.reading !== undefined
        this.#prepare(job)
        continue
      }
      try {
        if (job.cancelled) throw new PeerError('CLOSED', 'The request was cancelled.')
        if (this.#step(job)) continue
        return
      } catch (error) {
        this.#jobs.shift()
        this.#refuse(
          job.id,
          isPeerError(error) ? error : new PeerError('UNREADABLE', "The file can't be read at its owner."),
        )
      }
    }
  }

  /** One chunk, or the answer; false when it has to wait until a frame has left. */
  #step(job: Job): boolean {
    if (job.error) throw job.error
    if (job.body.want === 'root') {
      this.#answer(job, rootAnswer(job.rootOf))
      return true
    }
    if (job.body.want === 'have') {
      this.#answer(job, { have: this.#have(job.body) })
      return true
    }
    if (job.isStale) job.reading?.renew(rootsOf(job.body, true).map(root => this.#find(root)))
    job.isStale = false
    job.reading ??= this.#begin(job)
    const bytes = job.reading.next
    if (bytes === 0) {
      this.#answer(job, job.reading.answer())
      return true
    }
    if (this.#underWay >= FRAMES_UNDER_WAY) return false
    const pool = bytes > CHUNK_BYTES ? this.#tools.bigBuffers : this.#tools.buffers
    const buffer = pool.take()
    try {
      const chunk = job.reading.read(buffer.bytes)
      if (!chunk) {
        pool.give(buffer)
        return true
      }
      this.#underWay++
      this.#socket.write(buffer.frame(job.id, chunk.offset, chunk.bytes), () => {
        this.#underWay--
        pool.give(buffer)
        this.#pump()
      })
    } catch (error) {
      pool.give(buffer)
      throw error
    }
    return true
  }

  #begin(job: Job): Reading {
    const { grants, files } = this.#tools
    const { body } = job
    const find = (root: Root) => this.#find(root)
    switch (body.want) {
      case 'pieces': {
        const grant = find(body.root)
        if (grant?.partial && !grants.holds(body.root, body.first, body.count)) throw notHereYet()
        return readPieces(body, grant, files, this.#socket.chunkBytes)
      }
      case 'files':
        return readFiles(
          body,
          body.files.map(file => find(file.root)),
          CHUNK_BYTES,
        )
      case 'layer':
        return readLayer(find(body.root) && job.layer, body.size, CHUNK_BYTES)
      case 'root':
      case 'have':
        throw notShared()
    }
  }

  #find(root: Root): Grant | undefined {
    return this.#tools.grants.find(this.#socket.peer, root, this.#tools.now())
  }

  #have({ root, size }: Extract<FileRequest, { want: 'have' }>): Buffer {
    const { grants } = this.#tools
    const grant = this.#find(root)
    if (grant?.size !== size || !hasLayer(size)) throw notShared()
    const bits = grant.partial ? grants.have(root) : allBits(pieceCount(size))
    if (!bits) throw notShared()
    return Buffer.from(bits.buffer, bits.byteOffset, bits.byteLength)
  }

  #answer(job: Job, body: Extract<SentEnvelope, { op: 'answer'; type: 'FILE_REQUEST' }>['body']): void {
    this.#jobs.shift()
    this.#socket.send({ op: 'answer', id: job.id, type: 'FILE_REQUEST', body })
    if (this.#jobs.length === 0) this.#socket.rest()
  }

  #refuse(id: number, { code, message, details }: PeerError): void {
    this.#socket.send({ op: 'error', id, code, message, details })
    if (this.#jobs.length === 0) this.#socket.rest()
  }
}

/** The roots of a request: each once, or one for each file. */
function rootsOf(body: Exclude<FileRequest, { want: 'root' }>, isEach = false): Root[] {
  if (body.want !== 'files') return [body.root]
  const roots = body.files.map(file => file.root)
  return isEach ? roots : [...new Set(roots)]
}

function rootAnswer(found: RootOfPath | undefined) {
  if (!found) throw notShared()
  if ('root' in found) return { root: found.root, size: found.size }
  throw new PeerError('PENDING', 'Its owner is still reading it.', {
    details: { done: found.pending.done, total: found.pending.total },
  })
}

function allBits(pieces: number): Buffer {
  const bits = Buffer.alloc(Math.ceil(pieces / 8), 0xff)
  // What is over in the last byte is no piece.
  if (pieces % 8 > 0) bits[bits.length - 1] = 0xff << (8 - (pieces % 8))
  return bits
}

function notHereYet(): PeerError {
  return new PeerError('PENDING', 'These pieces are not here yet.')
}

function unsupported(): PeerError {
  return new PeerError('UNSUPPORTED', 'A data connection serves files only.')
}
