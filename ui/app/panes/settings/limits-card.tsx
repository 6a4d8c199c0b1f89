import { isRate, parseRate, type Settings, writeRate } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'
import { Field } from './field.js'

const MOST_SLOTS = 1_000

/** How fast files go and come at most, and how many people are served at once. */
export function LimitsCard() {
  const { status } = useApp()
  const settings = status.settings.value
  return (
    <section class="card">
      <h2>{t.settings.limits}</h2>
      <Rate label={t.settings.uploadLimit} name="uploadLimit" />
      <Rate label={t.settings.downloadLimit} name="downloadLimit" />
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

function Rate({ label, name }: { readonly label: string; readonly name: 'uploadLimit' | 'downloadLimit' }) {
  const { status } = useApp()
  return (
    <Field
      label={label}
      hint={t.settings.limitHint}
      value={writtenRate(status.settings.value, name)}
      fault={text => (rateOf(text) === undefined ? t.settings.limitHint : undefined)}
      onSave={async text => status.set(name, rateOf(text) ?? 0)}
    />
  )
}

function writtenRate(settings: Settings | undefined, name: 'uploadLimit' | 'downloadLimit'): string {
  return settings ? writeRate(settings[name]) : ''
}

function rateOf(text: string): number | undefined {
  const rate = parseRate(text)
  return rate !== undefined && isRate(rate) ? rate : undefined
}

function isSlots(text: string): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) <= MOST_SLOTS
}
