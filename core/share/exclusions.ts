import picomatch from 'picomatch'
import { PeerError } from '../errors/index.js'

const LITTER = new Set(['thumbs.db', 'desktop.ini'])
const MOST_PATTERNS = 200
const MOST_CHARACTERS = 256

/** Whether a name is left out of shares: hidden, litter of the system, or an unfinished download. */
export function isExcluded(name: string): boolean {
  if (name.startsWith('.')) return true // .DS_Store among them
  const folded = name.toLowerCase()
  return LITTER.has(folded) || folded.endsWith('.part')
}

/** The patterns in a text, parted by `;` or by lines. BAD_INPUT for too many or too long ones. */
export function parseExclusions(text: string): string[] {
  const patterns = text
    .split(/[;\n]/)
    .map(pattern => pattern.trim())
    .filter(pattern => pattern !== '')
  const bad = patterns.find(pattern => pattern.length > MOST_CHARACTERS || trimmed(pattern) === '')
  if (bad !== undefined || patterns.length > MOST_PATTERNS) {
    throw new PeerError(
      'BAD_INPUT',
      `Patterns are written as *.tmp; node_modules/; photos/raw/** (at most ${MOST_PATTERNS}, of ${MOST_CHARACTERS} characters each).`,
    )
  }
  return patterns
}

/**
 * What a person leaves out, by patterns as in a .gitignore: without a slash inside they hold for a name at any
 * depth, else for a path from the share on; with one at the end for folders only. Letters' case makes no difference.
 */
export class Exclusions {
  readonly #patterns: readonly { readonly forFolders: boolean; matches(path: string): boolean }[]

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map(pattern => ({
      forFolders: pattern.endsWith('/'),
      // What would make a pattern slow to match is taken literally.
      matches: picomatch(trimmed(pattern), {
        basename: !trimmed(pattern).includes('/'),
        dot: true,
        nocase: true,
        noextglob: true,
        nonegate: true,
      }),
    }))
  }

  /** Whether a path of the share is left out. */
  has(path: string, isFolder: boolean): boolean {
    return this.#patterns.some(({ forFolders, matches }) => (isFolder || !forFolders) && matches(path))
  }
}

function trimmed(pattern: string): string {
  return pattern.replace(/^\/+|\/+$/g, '')
}
