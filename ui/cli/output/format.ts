const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** A size as people read it: `1.2 GB`, `345 MB`, `17 B`. */
export function formatSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (unit < UNITS.length - 1 && Math.round(value) >= 1000) {
    value /= 1000
    unit++
  }
  const digits = unit > 0 && value < 99.95 ? 1 : 0
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

/** Bytes a second. */
export function formatRate(bytes: number): string {
  return `${formatSize(bytes)}/s`
}

/** A length of time, to the unit that matters: `8 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  const s = Math.ceil(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return join(Math.floor(s / 60), 'min', s % 60, 's')
  if (s < 86_400) return join(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min')
  return join(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h')
}

function join(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}

/** A moment in local time, to the minute. */
export function formatTime(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return '?'
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** A moment as programs read it, ISO 8601 UTC; null where a peer told a time that no calendar has. */
export function isoTime(ms: number): string | null {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** `done` of `total` in percent, 100 only when all is done. */
export function formatPercent(done: number, total: number): string {
  if (total <= 0) return '100 %'
  return `${done >= total ? 100 : Math.min(99, Math.floor((done / total) * 100))} %`
}
