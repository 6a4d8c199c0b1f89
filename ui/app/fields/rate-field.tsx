import { isRate, parseRate, writeRate } from '../../../core/browser.js'
import { t } from '../text/index.js'
import { Field } from './field.js'

interface RateFieldProps {
  readonly label: string
  /** What is set now: bytes a second, 0 for no limit; none while it isn't known. */
  readonly value: number | undefined
  readonly onSave: (rate: number) => Promise<boolean>
}

/** A limit in bytes a second, written as a size or as none. */
export function RateField({ label, value, onSave }: RateFieldProps) {
  return (
    <Field
      label={label}
      hint={t.settings.limitHint}
      value={value === undefined ? '' : writeRate(value)}
      fault={text => (rateOf(text) === undefined ? t.settings.limitHint : undefined)}
      onSave={async text => onSave(rateOf(text) ?? 0)}
    />
  )
}

function rateOf(text: string): number | undefined {
  const rate = parseRate(text)
  return rate !== undefined && isRate(rate) ? rate : undefined
}
