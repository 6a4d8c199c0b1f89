const MAX_DEPTH = 8

/**
 * Why a value can't cross as JSON and be the same on the other side, or undefined when it can. A member that
 * is undefined counts as absent.
 */
export function plainJsonFault(value: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return 'is nested too deep'
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      return Number.isFinite(value) ? undefined : 'holds a number that is not finite'
    case 'object':
      return objectFault(value, depth)
    default:
      return `holds a ${typeof value}`
  }
}

function objectFault(value: object | null, depth: number): string | undefined {
  if (value === null) return undefined
  if (Array.isArray(value)) return firstFault(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  // The prototype of a plain object of another realm (NW.js has two) has no prototype itself.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return 'holds what is not plain data'
  if (Object.hasOwn(value, '__proto__')) return 'holds a forbidden key'
  return firstFault(
    Object.values(value).filter(item => item !== undefined),
    depth,
  )
}

function firstFault(items: readonly unknown[], depth: number): string | undefined {
  for (const item of items) {
    const fault = plainJsonFault(item, depth + 1)
    if (fault) return fault
  }
  return undefined
}
