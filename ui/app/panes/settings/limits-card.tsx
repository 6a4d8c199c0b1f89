import { useApp } from '../../context/index.js'
import { Field, RateField } from '../../fields/index.js'
import { t } from '../../text/index.js'

const MOST_SLOTS = 1_000

/** How fast files go and come at most, and how many people are served at once. */
export function LimitsCard() {
  const { status } = useApp()
  const settings = status.settings.value
  return (
    <section class="card">
      <h2>{t.settings.limits}</h2>
      <RateField
        label={t.settings.uploadLimit}
        value={settings?.uploadLimit}
        onSave={rate => status.set('uploadLimit', rate)}
      />
      <RateField
        label={t.settings.downloadLimit}
        value={settings?.downloadLimit}
        onSave={rate => status.set('downloadLimit', rate)}
      />
      <Field
        label={t.settings.slots}
        hint={t.settings.slotsHint}
        isNumber
        value={String(settings?.uploadSlots ?? '')}
        fault={text => (isSlots(text) ? undefined : t.settings.slotsHint)}
        onSave={text => status.set('uploadSlots', Number(text))}
      />
      <Field
        label={t.settings.schedule}
        hint={t.settings.scheduleHint}
        value={settings?.schedule ?? ''}
        onSave={text => status.set('schedule', text)}
      />
    </section>
  )
}

function isSlots(text: string): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) <= MOST_SLOTS
}
