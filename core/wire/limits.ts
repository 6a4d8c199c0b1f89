const KiB = 1024
const MiB = 1024 * KiB

/**
 * Every limit of the wire, as SECURITY requirements and PROTOCOL.md give them. Each holds before anything
 * is allocated for what it limits.
 */
export const LIMITS = {
  /** A frame before the other side's hello, bytes. */
  helloFrameBytes: 4 * KiB,
  /** A message as it comes, bytes. */
  messageBytes: 256 * KiB,
  /** A message after inflating, bytes. */
  inflatedBytes: 1 * MiB,
  /** The raw bytes of one FILE_CHUNK, without its header. */
  chunkBytes: 1 * MiB,
  /** Nesting of CBOR maps and arrays. */
  cborDepth: 8,
  /** CBOR items (each key, value, element) in one message. */
  cborItems: 50_000,
  /** Keys of one CBOR map. */
  cborMapKeys: 64,
  /** A message over this is deflated when the other side can inflate, bytes. */
  deflateFromBytes: 1 * KiB,
  /** Unanswered requests a connection. */
  requestsInFlight: 64,
  /** Bytes of answers on their way, a connection. */
  bytesInFlight: 16 * MiB,
  handshakeMs: 10_000,
  /** Handshakes that run at once, and that wait for their turn; a core does some 500 a second. */
  handshakesAtOnce: 500,
  handshakesWaiting: 1_000,
  /** Connections that the system holds until they are accepted. */
  backlog: 4_096,
  helloMs: 10_000,
  pingEveryMs: 15_000,
  silenceMs: 40_000,
  dataIdleMs: 120_000,
  requestMs: 30_000,
  /** From a goodbye to the end of the connection, whatever is still unsent. */
  closeMs: 5_000,
  /** Connections that have not said hello, an address; loopback is exempt. */
  connectionsBeforeHello: 4,
  /** Connections after hello, a peer id. */
  connectionsAPeer: 12,
  /** Connections in all: a peer, a registry. */
  connectionsOfPeer: 512,
  connectionsOfRegistry: 20_000,
  /** Names of people, characters. */
  nameCharacters: 32,
  /** A path: bytes in all, bytes a part, parts. */
  pathBytes: 4 * KiB,
  pathPartBytes: 255,
  pathParts: 64,
  /** Entries in a page of a folder, hits in a page of a search, people in a page. */
  pageEntries: 300,
  /** Entry bytes in a page, so that it fits a message whatever the paths' length. */
  pageBytes: 192 * KiB,
  /** Changes in one SHARE_DATA. */
  shareChanges: 1_000,
  /** Files in one FILE_REQUEST batch. */
  batchFiles: 256,
  /** Pieces in one FILE_REQUEST. */
  requestPieces: 16,
  /** A bit for each piece of a file, bytes. */
  bitfieldBytes: 4 * KiB,
  /** Roots that a peer announces beside its share. */
  announcedRoots: 256,
  /** Entries in one offer, and in its first message. */
  offerEntries: 100_000,
  offerFirstEntries: 100,
  /** Offers that wait for an answer: of one person, of all. */
  offersAPerson: 20,
  offersWaiting: 1_000,
  queryCharacters: 128,
  queryTerms: 8,
  watchedPeople: 2_000,
  /** Ids in a block list: as many as fit a message. */
  blockedPeople: 4_000,
  /** Text of a chat message, bytes. */
  textBytes: 16 * KiB,
  /** Records in one MESSAGE, and their bytes as they are counted: text, name, thumbnail and 256 each. */
  chatRecords: 100,
  chatBytes: 192 * KiB,
  /** Highest count of a thread's clock within one ms. */
  chatTicks: 65_535,
  /** How far ahead of the receiver's clock a message may be. */
  clockAheadMs: 300_000,
  /** A picture beside the name of an offered one, bytes. */
  thumbnailBytes: 8 * KiB,
  reactionBytes: 32,
  addresses: 4,
  /** The sentence of an error, UTF-16 units. */
  errorCharacters: 500,
} as const

/** The limits of one listener or connection: those above, some of them set otherwise. */
export type Limits = { readonly [name in keyof typeof LIMITS]: number }
