const KEY = 'tspeer-token'
const IN_ADDRESS = /^#token=([\w-]+)$/

interface Page {
  readonly location: Pick<Location, 'hash'>
  readonly history: Pick<History, 'replaceState'>
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * The bridge's token: it comes in the address once, moves to this tab's storage and leaves the address bar,
 * so that neither the history nor a picture of the screen keeps it.
 */
export function takeToken({ location, history, sessionStorage }: Page): string | undefined {
  const given = IN_ADDRESS.exec(location.hash)?.[1]
  if (given === undefined) return sessionStorage.getItem(KEY) ?? undefined
  sessionStorage.setItem(KEY, given)
  history.replaceState(null, '', '#/people')
  return given
}
