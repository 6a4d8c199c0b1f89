const host: { readonly navigator?: { readonly languages?: readonly string[] } } = globalThis
const wanted = host.navigator?.languages ?? []

/** The first of these languages that the person wants, or the first of all. */
export function pickLanguage(known: readonly string[]): string {
  return wanted.map(baseOf).find(language => known.includes(language)) ?? known[0] ?? 'en'
}

/** A language as it is written where the person lives: 'en-GB' for 'en'. */
export function regional(language: string): string {
  return wanted.find(tag => baseOf(tag) === language) ?? language
}

function baseOf(tag: string): string {
  return tag.split('-')[0] ?? tag
}
