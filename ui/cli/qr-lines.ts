import { encode } from 'uqr'

const RESET = '\u001b[0m'
/** Modules of white around the code; scanners want some. */
const BORDER = 2

/** A QR code in half blocks, two rows of it a line. Its colours are said, for a terminal may be dark or light. */
export function qrLines(text: string): string[] {
  const { data, size } = encode(text, { ecc: 'M', border: BORDER })
  const isDark = (row: number, column: number) => data[row]?.[column] ?? false
  const lines: string[] = []
  for (let row = 0; row < size; row += 2) {
    let line = ''
    for (let column = 0; column < size; column++) {
      const top = isDark(row, column) ? '30' : '97'
      const bottom = isDark(row + 1, column) ? '40' : '107'
      line += `\u001b[${top};${bottom}m▀`
    }
    lines.push(line + RESET)
  }
  return lines
}
