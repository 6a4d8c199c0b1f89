import type { FoundFile } from '../../../core/browser.js'

/** The same content is the same hit, whoever has it; without a root it is what lies there. */
export function hitId({ root, type, path, owners }: FoundFile): string {
  return root ?? `${type} ${owners[0]?.id} ${path}`
}
