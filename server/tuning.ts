import { LIMITS, type Limits } from '../core/wire/index.js'

const DAY_MS = 86_400_000

/** What a registry can be set to; each has a default that fits a campus. */
export interface RegistryTuning {
  /** New names an hour from one address; loopback is exempt. Default 3. */
  readonly namesAnHour: number
  /** A name whose holder was not seen for this long is free. Default 180 days. */
  readonly nameFreeAfterMs: number
  /** Searches a second of one person, and at once. Default 5 and 10. */
  readonly searches: { readonly aSecond: number; readonly burst: number }
  /** Further pages of searches, the same way. Default 20 and 40. */
  readonly searchPages: { readonly aSecond: number; readonly burst: number }
  /** The time of one search. Default 40. */
  readonly searchMs: number
  /** At least this long between two pushes of presence on one connection. Default 1 s. */
  readonly presenceMs: number
  /** A connection that has not registered by then is ended. Default 10 s. */
  readonly registerMs: number
  /** Whoever registers must give this; default none, then everyone may. */
  readonly joinSecret: string | undefined
  /** Wrong join secrets a minute from one address. Default 3. */
  readonly wrongSecretsAMinute: number
  /** Only those on the list of the allowed may register. Default no. */
  readonly allowListOnly: boolean
  /** Shown to who joins. Default nothing. */
  readonly welcome: string | undefined
  /** Files and folders that are listed of one person. Default 2,000,000. */
  readonly filesAPerson: number
  /** Addresses that stand for others behind them, as a container's gateway. Default none. */
  readonly gateways: readonly string[]
  /** Other limits of the wire than usual. */
  readonly limits: Partial<Limits>
}

export const DEFAULT_TUNING: RegistryTuning = {
  namesAnHour: 3,
  nameFreeAfterMs: 180 * DAY_MS,
  searches: { aSecond: 5, burst: 10 },
  searchPages: { aSecond: 20, burst: 40 },
  searchMs: 40,
  presenceMs: 1_000,
  registerMs: LIMITS.helloMs,
  joinSecret: undefined,
  wrongSecretsAMinute: 3,
  allowListOnly: false,
  welcome: undefined,
  filesAPerson: 2_000_000,
  gateways: [],
  limits: {},
}
