import { PeerError, type Transfer, visibleName } from '../../core/index.js'
import { formatDuration, formatPercent, formatRate, formatSize } from './output/index.js'

/** Whether nothing more will happen to it by itself or by waiting. */
export function isOver({ state, reason }: Transfer): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled' || reason === 'source-changed'
}

/** A transfer as programs read it: `done` once it is, `progress` before. */
export function transferObject(transfer: Transfer): object {
  return transfer.state === 'done' ? doneObject(transfer) : progressObject(transfer)
}

/** Of a send also to whom; a download is what it was before there were sends. */
function receiver({ direction, to }: Transfer): object {
  return direction === 'up' ? { direction, to } : {}
}

function progressObject(transfer: Transfer): object {
  const { id, state, reason, bytes, total, rate, eta, name, error, priority, place } = transfer
  return {
    event: 'progress',
    id,
    ...receiver(transfer),
    state,
    reason,
    bytes,
    total,
    rate: Math.round(rate),
    eta: eta ?? null,
    name,
    priority,
    place,
    error,
  }
}

function doneObject(transfer: Transfer): object {
  const { id, files, total, fetched, reused, wasted, seconds, target, name } = transfer
  const rounded = Math.round(seconds * 1000) / 1000
  const about = { event: 'done', id, ...receiver(transfer), files, bytes: total }
  return { ...about, fetched, reused, wasted, seconds: rounded, target, name }
}

/** Why a transfer that is over is not done. */
export function failureOf({ name, state, error, ownerName, direction }: Transfer): PeerError {
  if (error) return new PeerError(error.code, `${name}: ${error.message}`)
  if (state === 'cancelled')
    return new PeerError(
      'CLOSED',
      `The ${direction === 'up' ? 'send' : 'download'} of ${name} was cancelled.`,
    )
  return new PeerError('SOURCE_CHANGED', `${name} has changed at ${ownerName ?? 'its source'}. Get it again.`)
}

/** Whom it comes from or goes to; nothing for a download by root. */
export function withWhom({ direction, toName, ownerName }: Transfer): string {
  if (direction === 'up') return `to ${visibleName(toName ?? 'someone')}`
  return ownerName === undefined ? '' : `from ${visibleName(ownerName)}`
}

/** Where a transfer stands, in words. */
export function stateText({ state, reason, error, direction, toName, place, priority }: Transfer): string {
  if (direction === 'up') {
    if (state === 'downloading') return 'sending'
    if (state === 'awaiting-consent' && reason)
      return `waiting for ${visibleName(toName ?? 'them')} to be here`
    if (reason === 'user') return 'paused by the receiver'
    if (error?.code === 'DECLINED') return 'declined'
  }
  const text = reason ? `paused: ${REASONS[reason]}` : STATES[state]
  if (state !== 'queued') return text
  return [text, place && `place ${place}`, priority && `${priority} priority`].filter(Boolean).join(', ')
}

const STATES: { readonly [S in Transfer['state']]: string } = {
  'awaiting-consent': 'waiting for consent',
  queued: 'queued',
  'finding-sources': 'finding sources',
  downloading: 'downloading',
  checking: 'checking',
  paused: 'paused',
  failed: 'failed',
  cancelled: 'cancelled',
  done: 'done',
}

const REASONS: { readonly [R in NonNullable<Transfer['reason']>]: string } = {
  user: 'by you',
  'disk-full': 'the disk is full, free some space',
  'nobody-online': 'nobody who has it is online',
  'source-changed': 'the file has changed at its source',
}

/** One line on how far a transfer is. */
export function progressText(transfer: Transfer): string {
  const { name, bytes, total, state, rate, eta } = transfer
  const parts = [
    transfer.toName === undefined
      ? visibleName(name)
      : `${visibleName(name)} to ${visibleName(transfer.toName)}`,
    formatPercent(bytes, total),
    `${formatSize(bytes)} of ${formatSize(total)}`,
  ]
  if (state === 'downloading') {
    parts.push(formatRate(rate))
    if (eta !== undefined) parts.push(`${formatDuration(eta)} left`)
  } else parts.push(stateText(transfer))
  return parts.join('  ')
}

/** One line on what came of it. */
export function doneText({ name, files, total, seconds, fetched, reused, target, toName }: Transfer): string {
  const what = files === 1 ? '' : `${files} files, `
  const rate = seconds > 0 && fetched > 0 ? ` at ${formatRate(fetched / seconds)}` : ''
  const here = reused > 0 ? `, ${formatSize(reused)} was already here` : ''
  if (toName !== undefined)
    return `${visibleName(name)}: ${what}${formatSize(total)}${rate} sent to ${visibleName(toName)}`
  return `${visibleName(name)}: ${what}${formatSize(total)}${rate}${here}\n  in ${visibleName(target)}`
}
