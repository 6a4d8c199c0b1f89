import type { Peer } from '../../core/browser.js'

/** What doesn't cross by a call of its own: the id comes with the greeting, the others have messages of theirs. */
type Local = 'id' | 'subscribe' | 'close'
type Plain = 'status' | 'doctor'
type Group = Exclude<keyof Peer, Local | Plain>

/** `status`, `people.list`, …: every method of a peer that can be called from afar. */
export type MethodName = Plain | { [G in Group]: `${G}.${keyof Peer[G] & string}` }[Group]

type MethodAt<M extends string> = M extends Plain
  ? Peer[M]
  : M extends `${infer G extends Group}.${infer N}`
    ? N extends keyof Peer[G]
      ? Peer[G][N]
      : never
    : never

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never
type Answer<F> = F extends (...args: never[]) => infer R ? R : never

/** All of a peer that is called from afar. */
type Callable = Omit<Peer, Local>

/** The methods as flat functions, as they are called across a channel. */
export type Methods = {
  readonly [M in MethodName]: (...args: Arguments<MethodAt<M>>) => Answer<MethodAt<M>>
}

/**
 * The allow-list: what another side may call, and nothing else. A method that is missing here, or is here and
 * not in `Peer`, is a compile error.
 */
export const METHODS: {
  readonly [M in MethodName]: (peer: Callable, ...args: Arguments<MethodAt<M>>) => Answer<MethodAt<M>>
} = {
  status: peer => peer.status(),
  doctor: (peer, who) => peer.doctor(who),
  'people.list': peer => peer.people.list(),
  'people.find': (peer, who) => peer.people.find(who),
  'people.setLimits': (peer, id, limits) => peer.people.setLimits(id, limits),
  'people.setContact': (peer, id, change) => peer.people.setContact(id, change),
  'people.words': (peer, id) => peer.people.words(id),
  'people.setVerified': (peer, id, verified) => peer.people.setVerified(id, verified),
  'people.verifyCode': (peer, code) => peer.people.verifyCode(code),
  'people.acceptKey': (peer, id) => peer.people.acceptKey(id),
  'files.browse': (peer, query) => peer.files.browse(query),
  'files.search': (peer, query) => peer.files.search(query),
  'transfers.list': peer => peer.transfers.list(),
  'transfers.download': (peer, request) => peer.transfers.download(request),
  'transfers.pause': (peer, id) => peer.transfers.pause(id),
  'transfers.resume': (peer, id) => peer.transfers.resume(id),
  'transfers.cancel': (peer, id) => peer.transfers.cancel(id),
  'transfers.each': (peer, action, which) => peer.transfers.each(action, which),
  'transfers.move': (peer, id, to) => peer.transfers.move(id, to),
  'transfers.prioritise': (peer, ids, priority) => peer.transfers.prioritise(ids, priority),
  'transfers.details': (peer, id) => peer.transfers.details(id),
  'transfers.remove': (peer, id) => peer.transfers.remove(id),
  'transfers.entries': (peer, id, query) => peer.transfers.entries(id, query),
  'transfers.read': (peer, request) => peer.transfers.read(request),
  'transfers.endRead': (peer, reader) => peer.transfers.endRead(reader),
  'offers.list': peer => peer.offers.list(),
  'offers.entries': (peer, id, page) => peer.offers.entries(id, page),
  'offers.send': (peer, request) => peer.offers.send(request),
  'offers.accept': (peer, id, choice) => peer.offers.accept(id, choice),
  'offers.decline': (peer, id) => peer.offers.decline(id),
  'offers.later': (peer, id) => peer.offers.later(id),
  'offers.rules': peer => peer.offers.rules(),
  'offers.setRule': (peer, person, rule) => peer.offers.setRule(person, rule),
  'searches.list': peer => peer.searches.list(),
  'searches.save': (peer, name, query) => peer.searches.save(name, query),
  'searches.markSeen': (peer, id) => peer.searches.markSeen(id),
  'searches.remove': (peer, id) => peer.searches.remove(id),
  'subscriptions.list': peer => peer.subscriptions.list(),
  'subscriptions.add': (peer, request) => peer.subscriptions.add(request),
  'subscriptions.remove': (peer, id) => peer.subscriptions.remove(id),
  'share.list': peer => peer.share.list(),
  'share.problems': peer => peer.share.problems(),
  'share.add': (peer, path, options) => peer.share.add(path, options),
  'share.setVisibility': (peer, name, visibility) => peer.share.setVisibility(name, visibility),
  'share.remove': (peer, name) => peer.share.remove(name),
  'share.rescan': peer => peer.share.rescan(),
  'chat.threads': peer => peer.chat.threads(),
  'chat.send': (peer, thread, message) => peer.chat.send(thread, message),
  'chat.edit': (peer, thread, id, text) => peer.chat.edit(thread, id, text),
  'chat.remove': (peer, thread, id) => peer.chat.remove(thread, id),
  'chat.react': (peer, thread, id, reaction) => peer.chat.react(thread, id, reaction),
  'chat.retry': (peer, thread, id) => peer.chat.retry(thread, id),
  'chat.typing': (peer, thread) => peer.chat.typing(thread),
  'chat.setDraft': (peer, thread, text) => peer.chat.setDraft(thread, text),
  'chat.setMuted': (peer, thread, muted) => peer.chat.setMuted(thread, muted),
  'chat.clear': (peer, thread) => peer.chat.clear(thread),
  'chat.history': (peer, query) => peer.chat.history(query),
  'chat.markRead': (peer, thread) => peer.chat.markRead(thread),
  'settings.all': peer => peer.settings.all(),
  'settings.set': (peer, key, value) => peer.settings.set(key, value),
  'registry.join': (peer, address, options) => peer.registry.join(address, options),
  'registry.leave': peer => peer.registry.leave(),
  'registry.found': peer => peer.registry.found(),
}

/** Whether a text from the other side names a method that may be called. */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name)
}

/** A call of one method with whatever arguments. */
export type AnyCall = (method: MethodName, args: readonly unknown[]) => Promise<unknown>

/** A peer whose every method goes through one call: the table above says which there are. */
export function facadeOver(call: AnyCall): Callable {
  const facade: Record<string, unknown> = {}
  for (const name of Object.keys(METHODS) as MethodName[]) {
    const through = (...args: unknown[]) => call(name, args)
    const [group = '', method] = name.split('.')
    if (method === undefined) facade[group] = through
    else facade[group] = { ...(facade[group] as object | undefined), [method]: through }
  }
  // The table has every method of a peer, and each goes where the table's type says.
  return facade as Callable
}

/** Runs a method of a peer, with arguments that were meant for it. */
export function runMethod(peer: Callable, method: MethodName, args: readonly unknown[]): Promise<unknown> {
  const run = METHODS[method] as (peer: Callable, ...args: readonly unknown[]) => Promise<unknown>
  return run(peer, ...args)
}
