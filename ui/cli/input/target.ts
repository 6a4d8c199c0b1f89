import { isPeerError, parseRoot, type Root } from '../../../core/index.js'
import { UsageError } from './usage-error.js'

/** What a command is to act on: something in a person's share, or content by its root. */
export type Target =
  | { readonly kind: 'path'; readonly who: string; readonly path: string }
  | { readonly kind: 'root'; readonly root: Root }

/** Reads `NAME`, `NAME:PATH` or `root:ROOT`. A name holds no colon, so the first one parts it from the path. */
export function parseTarget(text: string): Target {
  const colon = text.indexOf(':')
  const who = colon < 0 ? text : text.slice(0, colon)
  const rest = colon < 0 ? '' : text.slice(colon + 1)
  if (who === '') throw new UsageError(`"${text}" names nobody. Write it as NAME:PATH.`)
  if (who.toLowerCase() !== 'root') return { kind: 'path', who, path: rest.replace(/^\/+|\/+$/g, '') }
  try {
    return { kind: 'root', root: parseRoot(rest) }
  } catch (error) {
    if (isPeerError(error)) throw new UsageError(error.message)
    throw error
  }
}
