import { useId } from 'preact/hooks'
import { useApp } from '../context/index.js'
import { t } from '../text/index.js'

interface SelectFieldProps<V extends string> {
  readonly label: string
  readonly hint: string
  readonly choices: readonly V[]
  /** A choice in words. */
  readonly words: Readonly<Record<V, string>>
  /** What is set now. */
  readonly value: V
  readonly onSave: (value: V) => Promise<boolean>
}

/** A setting that is one of a few; choosing saves it. Where it can't be saved, it shows what is set. */
export function SelectField<V extends string>({
  label,
  hint,
  choices,
  words,
  value,
  onSave,
}: SelectFieldProps<V>) {
  const { notices } = useApp()
  const field = useId()
  const save = async (select: HTMLSelectElement) => {
    const chosen = choices[select.selectedIndex]
    if (chosen !== undefined && (await onSave(chosen))) notices.tell(t.settings.saved)
    else select.value = value
  }
  return (
    <div class="field">
      <label for={field}>{label}</label>
      <select
        id={field}
        value={value}
        aria-describedby={`${field}-hint`}
        onChange={event => void save(event.currentTarget)}
      >
        {choices.map(choice => (
          <option key={choice} value={choice}>
            {words[choice]}
          </option>
        ))}
      </select>
      <span id={`${field}-hint`} class="muted">
        {hint}
      </span>
    </div>
  )
}
