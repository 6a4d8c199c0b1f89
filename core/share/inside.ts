import { sep } from 'node:path'

/** Whether an absolute path is this folder or lies in it. Both are real paths: nothing is resolved here. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}
