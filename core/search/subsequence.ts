import fuzzysearch from 'fuzzysearch-ts'

/** Whether the letters of `word` come in `text` in that order: what an abbreviation is. */
export function isSubsequence(word: string, text: string): boolean {
  return fuzzysearch(word, text)
}
