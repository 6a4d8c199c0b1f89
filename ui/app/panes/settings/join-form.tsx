import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'

/** Joins the registry at an address; one that wants a join secret is given it. */
export function JoinForm() {
  const { status } = useApp()
  const address = useSignal(status.registry.value.address ?? '')
  const secret = useSignal('')
  const field = useId()
  const join = async (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = address.value.trim()
    if (wanted && (await status.join(wanted, secret.value))) secret.value = ''
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
      {status.needsSecret.value && (
        <>
          <label for={`${field}-secret`}>{t.registry.secret}</label>
          <input
            id={`${field}-secret`}
            type="password"
            autocomplete="off"
            aria-describedby={`${field}-hint`}
            value={secret}
            onInput={event => {
              secret.value = event.currentTarget.value
            }}
          />
          <span id={`${field}-hint`} class="muted">
            {t.registry.secretHint}
          </span>
        </>
      )}
    </form>
  )
}
