/** What a key does in a list. */
export type ListMove =
  | { readonly kind: 'to'; readonly index: number; readonly extend: boolean }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'all' }
  | { readonly kind: 'activate' }
  | { readonly kind: 'clear' }

/** A key press, as an event has it. */
export interface Key {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

export interface ListPlace {
  readonly index: number
  readonly count: number
  /** Rows in one view. */
  readonly page: number
}

/** Reads a key in a list; undefined when the list has no use for it. */
export function listMove(key: Key, { index, count, page }: ListPlace): ListMove | undefined {
  if (key.altKey) return undefined
  const isCommand = key.ctrlKey || key.metaKey
  if (isCommand) return key.key.toLowerCase() === 'a' ? { kind: 'all' } : undefined
  const to = (target: number): ListMove | undefined =>
    count === 0
      ? undefined
      : { kind: 'to', index: Math.max(0, Math.min(count - 1, target)), extend: key.shiftKey }
  switch (key.key) {
    case 'ArrowDown':
      return to(index + 1)
    case 'ArrowUp':
      return to(index - 1)
    case 'PageDown':
      return to(index + page)
    case 'PageUp':
      return to(index - page)
    case 'Home':
      return to(0)
    case 'End':
      return to(count - 1)
    case ' ':
      return { kind: 'toggle' }
    case 'Enter':
      return { kind: 'activate' }
    case 'Escape':
      return { kind: 'clear' }
    default:
      return undefined
  }
}
