/** Some fields of a record, to be changed; undefined takes one away. */
export type Fields<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** The record with fields changed. */
export function withFields<T extends object>(record: T, fields: Fields<T>): T {
  const changed = Object.entries({ ...record, ...fields }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(changed) as unknown as T
}
