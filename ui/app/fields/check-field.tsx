import { useId } from 'preact/hooks'
import { useApp } from '../context/index.js'
import { t } from '../text/index.js'

interface CheckFieldProps {
  readonly label: string
  readonly hint: string
  /** What is set now. */
  readonly isOn: boolean
  readonly onSave: (isOn: boolean) => Promise<boolean>
}

/** A setting that is on or off; a click saves it. Where it can't be saved, the box shows what is set. */
export function CheckField({ label, hint, isOn, onSave }: CheckFieldProps) {
  const { notices } = useApp()
  const field = useId()
  const save = async (box: HTMLInputElement) => {
    if (await onSave(box.checked)) notices.tell(t.settings.saved)
    else box.checked = isOn
  }
  return (
    <div class="field">
      <label class="check" for={field}>
        <input
          id={field}
          type="checkbox"
          checked={isOn}
          aria-describedby={`${field}-hint`}
          onChange={event => void save(event.currentTarget)}
        />
        {label}
      </label>
      <span id={`${field}-hint`} class="muted">
        {hint}
      </span>
    </div>
  )
}
