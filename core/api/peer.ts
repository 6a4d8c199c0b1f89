import type { PeerId } from '../identity/index.js'
import type { Visibility } from '../manifest/index.js'
import type {
  AcceptChoice,
  BrowsePage,
  BrowseQuery,
  ChatMessage,
  ConsentRule,
  DownloadRequest,
  EntriesPage,
  EntriesQuery,
  FoundRegistry,
  HistoryQuery,
  Import,
  Listed,
  Offer,
  OfferedEntry,
  PeerEvent,
  PeerStatus,
  Person,
  PersonLimits,
  PersonRule,
  QueueMove,
  ReadRequest,
  RegistryStatus,
  SavedSearch,
  SearchPage,
  SearchQuery,
  SendRequest,
  Settings,
  Subscription,
  SubscriptionRequest,
  Transfer,
  TransferAction,
  TransferDetails,
  TransferPriority,
} from './types.js'

/**
 * A running peer. Every method takes and gives plain data, so that the same interface serves in-process,
 * over the local socket and in a browser. All of them reject with a PeerError.
 */
export interface Peer {
  readonly id: PeerId
  status(): Promise<PeerStatus>
  readonly people: {
    /** Everyone known, those online first, then by name. */
    list(): Promise<readonly Person[]>
    /** The one with this name, full id, or unique id of 8 characters (`NAME#shortid` where names clash). */
    find(who: string): Promise<Person>
    /** Limits how fast files go to and come from someone; what is left out stays as it is. */
    setLimits(id: PeerId, limits: Partial<PersonLimits>): Promise<Person>
  }
  readonly files: {
    browse(query: BrowseQuery): Promise<BrowsePage>
    search(query: SearchQuery): Promise<SearchPage>
  }
  readonly transfers: {
    /** Downloads and sends, newest first. */
    list(): Promise<readonly Transfer[]>
    /**
     * Starts downloads, one for each path; NOT_FOUND when the owner doesn't list one of them (then none
     * starts), OFFLINE when nobody can be asked.
     */
    download(request: DownloadRequest): Promise<readonly Transfer[]>
    pause(id: string): Promise<Transfer>
    /** Goes on with what is paused or failed; offers a cancelled send again, for ten minutes. */
    resume(id: string): Promise<Transfer>
    cancel(id: string): Promise<Transfer>
    /**
     * Does the same to many: those named, or all to which it applies. NOT_FOUND, and nothing is done, when one of
     * those named is unknown. Gives those it was done to.
     */
    each(action: TransferAction, which: readonly string[] | 'all'): Promise<readonly Transfer[]>
    /** Moves a download in the queue, among those of its priority. */
    move(id: string, to: QueueMove): Promise<Transfer>
    /** Those of high priority get a place before others, those of low after them. What runs goes on. */
    prioritise(ids: readonly string[], priority: TransferPriority): Promise<readonly Transfer[]>
    /** Whom a download comes from and its rate over the last minute: asked while someone looks at it. */
    details(id: string): Promise<TransferDetails>
    /** Takes what is done, failed or cancelled off the list; files stay. */
    remove(id: string): Promise<void>
    /** What a transfer is of, in the order of its list. */
    entries(id: string, query?: EntriesQuery): Promise<EntriesPage>
    /**
     * Bytes of an entry from an offset on, verified: at least one, fewer than asked for where more are not here
     * yet; none at the end of the entry. Waits until they are there, and moves them to the front of the
     * download. Rejects when the transfer is paused by the user, fails, is cancelled or removed, and when a
     * file that was finished is not there or not the same any more. `readStream` makes a stream of it.
     */
    read(request: ReadRequest): Promise<Uint8Array>
    /** A reader needs nothing more: its wish is taken back, and a read of it that waits rejects with CLOSED. */
    endRead(reader: string): Promise<void>
  }
  readonly offers: {
    /** What others offer, newest first, until it is over and can't be undone. */
    list(): Promise<readonly Offer[]>
    /** A page of what is in one; its sender is asked where it isn't known here: OFFLINE when they are away. */
    entries(
      id: string,
      page?: { readonly offset?: number; readonly limit?: number },
    ): Promise<readonly OfferedEntry[]>
    /** Offers files to people, a transfer for each of them; it waits for whoever is offline. */
    send(request: SendRequest): Promise<readonly Transfer[]>
    /**
     * Accepts all of an offer or some. Its downloads start when its sender knows: at once, or when they are
     * back; `transfers` names them then.
     */
    accept(id: string, choice?: AcceptChoice): Promise<Offer>
    /** It can still be accepted for ten minutes. */
    decline(id: string): Promise<Offer>
    /** Tells the sender that it was seen; it stays on the list. */
    later(id: string): Promise<Offer>
    /** The rules that are not `ask`. */
    rules(): Promise<readonly PersonRule[]>
    setRule(person: PeerId, rule: ConsentRule): Promise<PersonRule>
  }
  readonly searches: {
    /** The saved ones, oldest first. */
    list(): Promise<readonly SavedSearch[]>
    /**
     * Saves a search under a name, in place of one that had it. It is looked at every few minutes; what it finds
     * that was not there before is told once, as the event `saved-search`.
     */
    save(name: string, query: SearchQuery): Promise<SavedSearch>
    /** The person has seen what is new. */
    markSeen(id: string): Promise<SavedSearch>
    remove(id: string): Promise<void>
  }
  readonly subscriptions: {
    /** Oldest first. */
    list(): Promise<readonly Subscription[]>
    /**
     * Follows a folder of someone's share: it is downloaded, and updated when it changes there, at the latest some
     * minutes after its owner is online. BAD_INPUT for a file. The same one again is the same subscription.
     */
    add(request: SubscriptionRequest): Promise<Subscription>
    /** Follows it no more; what is here stays. */
    remove(id: string): Promise<void>
  }
  readonly share: {
    list(): Promise<readonly Import[]>
    /** What can't be shared, in imports or deep in them, each with its reason: the first 1,000. */
    problems(): Promise<readonly Listed[]>
    /** Imports a file or folder without a copy; gives its name in the share. */
    add(path: string, options?: { readonly visibility?: Visibility }): Promise<Import>
    /** Takes away the link; the original stays. */
    remove(name: string): Promise<void>
    /** Scans again now and waits for the scan, not for hashing. */
    rescan(): Promise<void>
  }
  readonly chat: {
    /** Stores and sends; the message's state says how far it came. */
    send(to: PeerId, text: string): Promise<ChatMessage>
    history(query: HistoryQuery): Promise<readonly ChatMessage[]>
    /** Sets the thread's unread count to 0. */
    markRead(thread: PeerId): Promise<void>
  }
  readonly settings: {
    all(): Promise<Settings>
    set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<Settings>
  }
  readonly registry: {
    /**
     * Joins the registry at `host:port` and remembers it, with its id pinned; rejects when it can't be
     * reached or refuses. `id` is the id it must have, where the person knows it; `secret` its join secret,
     * which is remembered for this registry.
     */
    join(
      address: string,
      options?: { readonly id?: PeerId; readonly secret?: string },
    ): Promise<RegistryStatus>
    leave(): Promise<RegistryStatus>
    /** Those that are seen on the network now, joined or not; looks again, too, for what the event `registries` then tells. */
    found(): Promise<readonly FoundRegistry[]>
  }
  /** Calls the listener for each event until the returned function is called. */
  subscribe(listener: (event: PeerEvent) => void): () => void
  /** Ends everything the peer started; safe to call twice. Transfers go on at the next start. */
  close(): Promise<void>
}

/** How a peer starts. Everything has a default. */
export interface PeerOptions {
  /** Its folder; default `TSPEER_HOME`, else `~/.tsPeer`. */
  readonly home?: string
  /** The name at first start; default the system user's. Later starts change it. */
  readonly name?: string
  /**
   * `host:port` of a registry to join and remember, null for none this time, or a choice that is not
   * remembered (one that this program hosts itself). Default: the remembered one.
   */
  readonly registry?: string | null | { readonly address: string; readonly id: PeerId }
  /** The join secret of the registry that is joined, where it needs one; remembered for it. */
  readonly joinSecret?: string
  /** The address to listen on; default all. */
  readonly host?: string
  /** Where it finds others and is found; default: on every network, or nowhere when it listens on loopback only. */
  readonly discovery?: { readonly internal?: boolean; readonly port?: number }
  /** The control port; default 7471 or the next free block; 0 takes any free ports. */
  readonly port?: number
  /** Worker threads or processes. Default: threads. */
  readonly workers?: 'thread' | 'process'
}
