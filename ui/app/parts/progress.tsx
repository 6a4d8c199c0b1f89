import { t } from '../text/index.js'

/** A bar with its number. */
export function Progress({
  part,
  label,
  kind = 'active',
}: {
  part: number
  label: string
  kind?: 'active' | 'still' | 'done' | 'bad'
}) {
  const held = Math.max(0, Math.min(1, part))
  return (
    <span class={`progress ${kind}`}>
      <span
        class="progress-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(held * 100)}
      >
        <span class="progress-fill" style={`transform:scaleX(${held})`} />
      </span>
      <span class="progress-number">{t.format.percent(Math.floor(held * 100) / 100)}</span>
    </span>
  )
}
