// Letters that Unicode does not take apart, with what people type for them.
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
}
const PLAIN_LETTERS = /[ßæœøđðþłħıς]/g
const ASCII_ONLY = /^[\0-\x7f]*$/
const ACCENTS = /[\u0300-\u036f]+/g
const ASCII_WORDS = /[a-z0-9]+/g
const WORDS = /[\p{L}\p{N}\p{M}]+/gu

/** The text in the form that search compares: lower case, without accents, compatibility forms unified. */
export function fold(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase()
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(PLAIN_LETTERS, letter => PLAIN[letter] ?? letter)
}

/** The words of a folded text: its runs of letters and digits, in order, with repeats. */
export function wordsOf(folded: string): readonly string[] {
  return folded.match(ASCII_ONLY.test(folded) ? ASCII_WORDS : WORDS) ?? []
}
