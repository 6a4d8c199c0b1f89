import {
  type ConflictRule,
  type PersonStatus,
  personNameFault,
  visibleText,
} from '../../../../core/browser.js'
import { registryText, useApp } from '../../context/index.js'
import { CheckField, Field, SelectField } from '../../fields/index.js'
import { Button, Loading, Problem } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { DoctorCard } from '../doctor/index.js'
import { FoundRegistries } from './found-registries.js'
import { JoinForm } from './join-form.js'
import { LimitsCard } from './limits-card.js'
import { ShareCard } from './share-card.js'

const MOST_AT_ONCE = 16
const STATUSES: readonly PersonStatus[] = ['available', 'away', 'busy']
const STATUS_CHARACTERS = 140
const CONFLICT_RULES: readonly ConflictRule[] = ['keep-both', 'overwrite', 'skip']

/** What can be set; each field saves by itself and works at once. */
export function SettingsPane() {
  const { status } = useApp()
  const state = status.state.value
  return (
    <>
      <h1 tabIndex={-1}>{t.panes.settings}</h1>
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void status.load()} />}
      {state.kind === 'loading' && <Loading from={t.load.peer} />}
      {status.settings.value && (
        <div class="settings">
          <You />
          <Registry />
          <DoctorCard />
          <Downloads />
          <ShareCard />
          <LimitsCard />
        </div>
      )}
    </>
  )
}

function You() {
  const { status, platform, notices } = useApp()
  const me = status.me.value
  const copyId = () =>
    notices.attempt(async () => {
      await platform.copyText(me?.id ?? '')
      notices.tell(t.settings.copied)
    })
  return (
    <section class="card">
      <h2>{t.settings.you}</h2>
      <Field
        label={t.settings.name}
        hint={t.settings.nameHint}
        value={status.settings.value?.name ?? ''}
        fault={text => {
          const fault = personNameFault(text.trim())
          return fault && t.settings.nameFault(fault)
        }}
        onSave={text => status.set('name', text.trim())}
      />
      <SelectField
        label={t.settings.status}
        hint={t.settings.statusHint}
        choices={STATUSES}
        words={t.people.statuses}
        value={status.settings.value?.status ?? 'available'}
        onSave={choice => status.set('status', choice)}
      />
      <Field
        label={t.settings.statusText}
        hint={t.settings.statusTextHint}
        value={status.settings.value?.statusText ?? ''}
        fault={text => (text.trim().length <= STATUS_CHARACTERS ? undefined : t.settings.statusTextHint)}
        onSave={text => status.set('statusText', text.trim())}
      />
      {me && (
        <dl class="facts">
          <dt>{t.settings.id}</dt>
          <dd>
            <code>{me.id}</code> <Button icon="copy" label={t.settings.copy} onPress={() => void copyId()} />
          </dd>
          <dt>{t.settings.address}</dt>
          <dd>
            <code>{me.address}</code>
          </dd>
          <dt>{t.settings.place}</dt>
          <dd>
            <code>{me.home}</code>
          </dd>
        </dl>
      )}
    </section>
  )
}

function Registry() {
  const { status } = useApp()
  const registry = status.registry.value
  return (
    <section class="card">
      <h2>{t.settings.registry}</h2>
      <p>
        {registryText(registry)}
        {registry.address && <code class="address">{registry.address}</code>}
      </p>
      {registry.error && <Problem failure={registry.error} />}
      {registry.welcome && <p class="welcome">{visibleText(registry.welcome)}</p>}
      <FoundRegistries />
      <JoinForm />
      {registry.state !== 'none' && (
        <Button
          label={t.registry.leave}
          isDisabled={status.joining.value}
          onPress={() => void status.leave()}
        />
      )}
      <p class="muted">{t.settings.registryHint}</p>
      <CheckField
        label={t.settings.discovery}
        hint={t.settings.discoveryHint}
        isOn={status.settings.value?.discovery ?? true}
        onSave={isOn => status.set('discovery', isOn)}
      />
      <Field
        label={t.settings.probe}
        hint={t.settings.probeHint}
        value={status.settings.value?.probe ?? ''}
        onSave={text => status.set('probe', text.trim())}
      />
    </section>
  )
}

function Downloads() {
  const { status, platform } = useApp()
  const settings = status.settings.value
  const pick = platform.pickFolder
  const choose = async () => {
    const folder = await pick?.()
    if (folder) await status.set('downloads', folder)
  }
  return (
    <section class="card">
      <h2>{t.settings.downloads}</h2>
      <Field
        label={t.settings.folder}
        value={settings?.downloads ?? ''}
        onSave={text => status.set('downloads', text.trim())}
      >
        {pick && <Button label={t.settings.choose} onPress={() => void choose()} />}
      </Field>
      <Field
        label={t.settings.atOnce}
        hint={t.settings.atOnceHint}
        isNumber
        value={String(settings?.downloadsAtOnce ?? '')}
        fault={text => (isAtOnce(Number(text)) ? undefined : t.settings.atOnceHint)}
        onSave={text => status.set('downloadsAtOnce', Number(text))}
      />
      <SelectField
        label={t.settings.onConflict}
        hint={t.settings.onConflictHint}
        choices={CONFLICT_RULES}
        words={t.settings.conflictRules}
        value={settings?.onConflict ?? 'keep-both'}
        onSave={rule => status.set('onConflict', rule)}
      />
      <CheckField
        label={t.settings.keepExecutable}
        hint={t.settings.keepExecutableHint}
        isOn={settings?.keepExecutable ?? false}
        onSave={isOn => status.set('keepExecutable', isOn)}
      />
    </section>
  )
}

function isAtOnce(n: number): boolean {
  return Number.isInteger(n) && n >= 1 && n <= MOST_AT_ONCE
}
