import type { Subscription } from '../../../../core/browser.js'

/** The last part of a path in a share. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The local folder that a followed one becomes, written as this computer writes paths. */
export function placeOf({ target, path }: Pick<Subscription, 'target' | 'path'>): string {
  const separator = target.includes('\\') && !target.includes('/') ? '\\' : '/'
  return `${target.replace(/[\\/]$/, '')}${separator}${nameOf(path)}`
}
