import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { useApp } from '../context/index.js'
import { t } from '../text/index.js'

interface FieldProps {
  readonly label: string
  readonly hint?: string
  readonly isNumber?: boolean
  /** What is set now. */
  readonly value: string
  /** Why a text can't be saved. */
  readonly fault?: (text: string) => string | undefined
  readonly onSave: (text: string) => Promise<boolean>
  readonly children?: ComponentChildren
}

/** One setting: Save appears when it differs from what is set, and Esc takes the change back. */
export function Field({ label, hint, isNumber = false, value, fault, onSave, children }: FieldProps) {
  const { notices } = useApp()
  const edited = useSignal<string | undefined>(undefined)
  const field = useId()
  const text = edited.value ?? value
  const wrong = edited.value === undefined ? undefined : fault?.(text)
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    if (wrong || text === value || !(await onSave(text))) return
    edited.value = undefined
    notices.tell(t.settings.saved)
  }
  return (
    <form class="field" onSubmit={save}>
      <label for={field}>{label}</label>
      <span class="line">
        <input
          id={field}
          type="text"
          inputMode={isNumber ? 'numeric' : 'text'}
          autocomplete="off"
          value={text}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${field}-hint`}
          onInput={event => {
            edited.value = event.currentTarget.value
          }}
          onKeyDown={event => {
            if (event.key === 'Escape') edited.value = undefined
          }}
        />
        {text !== value && (
          <button type="submit" class="button primary" disabled={wrong !== undefined}>
            {t.settings.save}
          </button>
        )}
        {children}
      </span>
      <span id={`${field}-hint`} class={wrong ? 'bad' : 'muted'}>
        {wrong ?? hint}
      </span>
    </form>
  )
}
