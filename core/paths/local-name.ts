import { fitName, MAX_NAME_BYTES } from './free-name.js'

/** Characters that Windows has no room for in a name, and what they become: alike to the eye, harmless. */
const WINDOWS_LOOKALIKES: Readonly<Record<string, string>> = {
  '\\': '＼',
  ':': '：',
  '*': '＊',
  '?': '？',
  '"': '＂',
  '<': '＜',
  '>': '＞',
  '|': '｜',
}
const WINDOWS_FORBIDDEN = /[\\:*?"<>|\x01-\x1f]/g
/** Devices, with any extension; the digits of COM and LPT also as superscripts. */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=[ ]*(?:\.|$))/i
/** Windows drops them at the end of a name, which would make another name of it. */
const WINDOWS_END = /[. ]+$/

/**
 * The name that one part of a remote path gets here: the same, except where this system can't have it so.
 * Linux has every name that is allowed on the wire.
 */
export function localName(name: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return fitName(windowsName(name), MAX_NAME_BYTES)
  // The Finder shows a colon as a slash, and older programs take it for one.
  if (platform === 'darwin') return fitName(name.replaceAll(':', '：'), MAX_NAME_BYTES)
  return name
}

/** Whether names that differ only in case or Unicode form are one name on this system, as it usually is set up. */
export function foldsNames(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' || platform === 'darwin'
}

function windowsName(name: string): string {
  return name
    .replace(WINDOWS_FORBIDDEN, character => WINDOWS_LOOKALIKES[character] ?? picture(character))
    .replace(WINDOWS_DEVICE, '$1_')
    .replace(WINDOWS_END, end => end.replaceAll('.', '．').replaceAll(' ', '␠'))
}

/** The picture of a control character: ␁ for U+0001. */
function picture(control: string): string {
  return String.fromCharCode(0x2400 + control.charCodeAt(0))
}
