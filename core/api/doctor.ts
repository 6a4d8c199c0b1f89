/** One thing that was looked at, to tell why somebody can't be seen or reached. */
export interface Finding {
  /** What was looked at; a stable name for programs. */
  readonly check: FindingCheck
  /** Whether it is as it should be. */
  readonly ok: boolean
  /** What was seen, as a sentence. */
  readonly seen: string
  /** What to do about it. */
  readonly remedy?: string
}

export type FindingCheck =
  /** The addresses of this computer. */
  | 'network'
  /** The ports this peer listens on. */
  | 'ports'
  /** Who is seen on the network by DNS-SD. */
  | 'discovery'
  | 'registry'
  /** Whether the registry can connect to this peer. */
  | 'reachable'
  /** This computer's time against the registry's, and a person's. */
  | 'clock'
  /** Who someone is, and whether they are online. */
  | 'person'
  /** Connecting to them: messages, then files. */
  | 'to-them'
  | 'files-from-them'
  /** Their connecting to this peer. */
  | 'from-them'
