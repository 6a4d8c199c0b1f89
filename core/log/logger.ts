/**
 * What a part writes its log lines to. `about` holds plain facts (ids, counts, codes), never a secret.
 * Parts get one named after their folder, so that `TSPEER_DEBUG=wire,transfer` can choose among them.
 */
export interface Logger {
  debug(message: string, about?: Readonly<Record<string, unknown>>): void
  info(message: string, about?: Readonly<Record<string, unknown>>): void
  warn(message: string, about?: Readonly<Record<string, unknown>>): void
  error(message: string, about?: Readonly<Record<string, unknown>>): void
  /** The logger of a part, named after its folder. */
  part(name: string): Logger
}

/** A logger that drops everything. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  part: () => silentLogger,
}
