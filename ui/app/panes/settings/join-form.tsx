import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'

/** Joins the registry at an address. */
export function JoinForm() {
  const { status } = useApp()
  const address = useSignal(status.registry.value.address ?? '')
  const field = useId()
  const join = (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = address.value.trim()
    if (wanted) void status.join(wanted)
  }
  return (
    <form class="field" onSubmit={join}>
      <label for={field}>{t.registry.address}</label>
      <span class="line">
        <input
          id={field}
          type="text"
          autocomplete="off"
          spellcheck={false}
          placeholder={t.registry.addressHint}
          value={address}
          onInput={event => {
            address.value = event.currentTarget.value
          }}
        />
        <button type="submit" class="button primary" disabled={status.joining.value}>
          {status.joining.value ? t.registry.connecting : t.registry.join}
        </button>
      </span>
    </form>
  )
}
