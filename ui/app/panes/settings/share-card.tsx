import { useApp } from '../../context/index.js'
import { Field, RateField } from '../../fields/index.js'
import { t } from '../../text/index.js'

/** What of the shared folders is left out, and how fast they are read. */
export function ShareCard() {
  const { status } = useApp()
  const settings = status.settings.value
  return (
    <section class="card">
      <h2>{t.panes.share}</h2>
      <Field
        label={t.settings.exclude}
        hint={t.settings.excludeHint}
        value={settings?.exclude ?? ''}
        onSave={text => status.set('exclude', text)}
      />
      <RateField
        label={t.settings.hashLimit}
        value={settings?.hashLimit}
        onSave={rate => status.set('hashLimit', rate)}
      />
    </section>
  )
}
