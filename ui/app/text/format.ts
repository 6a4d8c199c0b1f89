/** Numbers, sizes and times as people of one language write them. */
export interface Format {
  count(n: number): string
  bytes(n: number): string
  rate(bytesPerSecond: number): string
  percent(part: number): string
  /** Whole seconds as "2m 5s"; the two largest units. */
  duration(seconds: number): string
  /** A time of today as a clock, of this year as a day, else as a date. */
  when(ms: number, now?: number): string
  clock(ms: number): string
  day(ms: number): string
  /** Picks by the language's plural rules. */
  plural(n: number, forms: PluralForms): string
}

export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte']
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export function createFormat(language: string): Format {
  const whole = new Intl.NumberFormat(language)
  const parts = new Intl.NumberFormat(language, { style: 'percent' })
  const plurals = new Intl.PluralRules(language)
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' })
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' })
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' })
  const units = createUnits(language)

  const bytes = (n: number) => {
    if (n < 1000) return `${whole.format(Math.max(0, Math.round(n)))} B` // "short" says "12 byte"
    let power = 0
    let value = n
    while (value >= 999.5 && power < BYTE_UNITS.length - 1) {
      value /= 1000
      power++
    }
    return units(value, BYTE_UNITS[power] ?? 'byte', value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2)
  }
  const sameDay = (a: number, b: number) => new Date(a).toDateString() === new Date(b).toDateString()

  return {
    count: n => whole.format(n),
    bytes,
    rate: n => `${bytes(n)}/s`,
    percent: part => parts.format(part),
    duration(seconds) {
      const s = Math.max(0, Math.round(seconds))
      if (s < MINUTE) return units(s, 'second', 0)
      if (s < HOUR) return pair(units, Math.floor(s / MINUTE), 'minute', s % MINUTE, 'second')
      if (s < DAY) return pair(units, Math.floor(s / HOUR), 'hour', Math.floor((s % HOUR) / MINUTE), 'minute')
      return pair(units, Math.floor(s / DAY), 'day', Math.floor((s % DAY) / HOUR), 'hour')
    },
    when(ms, now = Date.now()) {
      if (sameDay(ms, now)) return clock.format(ms)
      return new Date(ms).getFullYear() === new Date(now).getFullYear() ? day.format(ms) : date.format(ms)
    },
    clock: ms => clock.format(ms),
    day: ms => date.format(ms),
    plural: (n, forms) => forms[plurals.select(n)] ?? forms.other,
  }
}

type Units = (value: number, unit: string, digits: number) => string

function pair(units: Units, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const first = units(large, largeUnit, 0)
  return small === 0 ? first : `${first} ${units(small, smallUnit, 0)}`
}

/** Formatters are dear to make, so each is made once. */
function createUnits(language: string): Units {
  const made = new Map<string, Intl.NumberFormat>()
  return (value, unit, digits) => {
    const key = `${unit} ${digits}`
    let format = made.get(key)
    if (!format) {
      format = new Intl.NumberFormat(language, {
        style: 'unit',
        unit,
        unitDisplay: unit.endsWith('byte') ? 'short' : 'narrow',
        maximumFractionDigits: digits,
      })
      made.set(key, format)
    }
    return format.format(value)
  }
}
