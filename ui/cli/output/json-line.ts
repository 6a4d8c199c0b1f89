// JSON.stringify escapes C0 alone. DEL, C1, and what turns or hides text would reach a terminal that shows the line.
const UNSEEN = /[\u007f-\u009f]|\p{Cf}|\p{Zl}|\p{Zp}/gu

/** One JSON object as a line that is safe to show; the object it stands for is the same. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(UNSEEN, escaped)
}

function escaped(character: string): string {
  let text = ''
  for (let i = 0; i < character.length; i++)
    text += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`
  return text
}
