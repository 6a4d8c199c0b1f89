// What can't be seen or turns the reading direction: controls, format characters (bidi, zero-width, soft
// hyphen, tags), lone surrogates, line and paragraph separators, the fillers that look like nothing.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu

/** A name as it may be shown: what would deceive the eye, or a terminal, is written as `\u{202e}`. */
export function visibleName(name: string): string {
  return name.replace(UNSEEN, escaped)
}

// In running text line breaks and tabs are meant, and joiners make emoji and some scripts.
const UNSEEN_IN_TEXT = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu

/** The same for text of several lines, such as a message. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSEEN_IN_TEXT, escaped)
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}}`
}
