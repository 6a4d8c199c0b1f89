/** What a Windows name can't hold: separators, a drive's colon, wildcards, quotes, controls. */
const WINDOWS_CHARACTERS = /[\\:*?"<>|\u0001-\u001f]/g
/** Names of devices, with any ending. */
const WINDOWS_DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i

/**
 * The local names for a well-formed remote path, from the download's folder down. A system that can have the
 * name as it is keeps it; where it can't, what hinders is written as `%` and two hex digits.
 */
export function localParts(path: string, platform: NodeJS.Platform = process.platform): string[] {
  return path.split('/').map(part => localName(part, platform))
}

/** The same for one name. */
export function localName(part: string, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'win32') return part
  const plain = part.replace(WINDOWS_CHARACTERS, escaped).replace(/[. ]$/, escaped)
  return WINDOWS_DEVICES.test(plain) ? plain.replace(/^./u, escaped) : plain
}

function escaped(character: string): string {
  return `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`
}
