const LITTER = new Set(['thumbs.db', 'desktop.ini'])

/** Whether a name is left out of shares: hidden, litter of the system, or an unfinished download. */
export function isExcluded(name: string): boolean {
  if (name.startsWith('.')) return true // .DS_Store among them
  const folded = name.toLowerCase()
  return LITTER.has(folded) || folded.endsWith('.part')
}
