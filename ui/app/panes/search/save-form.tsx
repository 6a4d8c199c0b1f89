import { useSignal } from '@preact/signals'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { IconButton } from '../../parts/index.js'
import type { AskedSearch } from '../../stores/index.js'
import { t } from '../../text/index.js'

const MAX_NAME = 64

interface SaveFormProps {
  /** What is saved. */
  readonly asked: AskedSearch
  /** It is saved, or not wanted after all. */
  readonly onClose: (isSaved: boolean) => void
}

/** Asks for the name under which a search is saved: Enter saves, Escape leaves it. */
export function SaveForm({ asked, onClose }: SaveFormProps) {
  const { saved, notices } = useApp()
  const name = useSignal(asked.query.slice(0, MAX_NAME))
  const wrong = useSignal<string | undefined>(undefined)
  const isSaving = useSignal(false)
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])

  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isSaving.value) return
    isSaving.value = true
    const as = name.value.trim()
    wrong.value = as === '' ? t.saved.noName : (await saved.save(as, asked))?.message
    isSaving.value = false
    if (wrong.value) return field.current?.focus()
    notices.tell(t.saved.done(visibleName(as)))
    onClose(true)
  }
  return (
    <form
      class="field save-form"
      aria-label={t.saved.saveThis}
      onSubmit={event => void save(event)}
      onKeyDown={event => {
        if (event.key === 'Escape') onClose(false)
      }}
    >
      <label for={id}>{t.saved.name}</label>
      <span class="line">
        <input
          id={id}
          ref={field}
          type="text"
          maxLength={MAX_NAME}
          autocomplete="off"
          spellcheck={false}
          value={name}
          aria-invalid={wrong.value !== undefined}
          aria-describedby={`${id}-hint`}
          onInput={event => {
            name.value = event.currentTarget.value
            wrong.value = undefined
          }}
        />
        <button type="submit" class="button primary" disabled={isSaving.value}>
          {t.saved.save}
        </button>
        <IconButton icon="close" label={t.saved.cancel} onPress={() => onClose(false)} />
      </span>
      <span id={`${id}-hint`} class={wrong.value ? 'bad' : 'muted'} role={wrong.value ? 'alert' : undefined}>
        {wrong.value ?? t.saved.nameHint}
      </span>
    </form>
  )
}
