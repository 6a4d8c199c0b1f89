import { useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { type Person, visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { Button, IconButton } from '../../parts/index.js'
import { t } from '../../text/index.js'

/** Chooses what to send to someone: by the system's dialog where there is one, else by its path. */
export function SendForm({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const { offers, platform, notices, router } = useApp()
  const path = useSignal('')
  const field = useId()
  const input = useRef<HTMLInputElement>(null)
  const who = visibleName(person.name)
  useEffect(() => input.current?.focus(), [person.id])

  const send = async (paths: readonly string[]) => {
    if (paths.length === 0 || !(await offers.send(person.id, paths))) return
    const text = person.online ? t.offers.sent(who) : t.offers.sentLater(who)
    notices.tell(text, { label: t.search.showTransfers, run: () => router.go({ pane: 'transfers' }) })
    onClose()
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = path.value.trim()
    if (wanted !== '') void send([wanted])
  }
  const { pickFiles, pickFolder } = platform
  return (
    <form
      class="line add-form"
      aria-label={t.offers.sendTo(who)}
      onSubmit={submit}
      onKeyDown={event => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <label for={field}>{t.offers.sendTo(who)}</label>
      <input
        id={field}
        ref={input}
        type="text"
        autocomplete="off"
        spellcheck={false}
        placeholder={t.share.path}
        value={path}
        onInput={event => {
          path.value = event.currentTarget.value
        }}
      />
      <button
        type="submit"
        class="button primary"
        disabled={offers.sending.value || path.value.trim() === ''}
      >
        {t.offers.send}
      </button>
      {pickFiles && (
        <Button label={t.offers.chooseFiles} onPress={() => void pickFiles().then(paths => send(paths))} />
      )}
      {pickFolder && (
        <Button
          label={t.share.choose}
          onPress={() => void pickFolder().then(folder => send(folder ? [folder] : []))}
        />
      )}
      <IconButton icon="close" label={t.offers.close} onPress={onClose} />
    </form>
  )
}
