import { useEffect } from 'preact/hooks'
import { type Person, visibleName } from '../../../../core/browser.js'
import { formatRoute, useApp } from '../../context/index.js'
import { RateField } from '../../fields/index.js'
import { Button, Empty, Icon, Loading, Name, Presence, Problem } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { DoctorCard } from '../doctor/index.js'
import { RuleForm } from './rule-form.js'

/** One person: who they are, what happens to what they send, and their limits. */
export function PersonView({ who }: { readonly who: string }) {
  const { people } = useApp()
  const person = people.bySlug(who)
  return (
    <>
      <nav class="crumbs" aria-label={t.browse.path}>
        <a href={formatRoute({ pane: 'people' })}>
          <Icon name="back" /> {t.people.everyone}
        </a>
      </nav>
      {person ? <Known key={person.id} person={person} /> : <Unknown who={who} />}
    </>
  )
}

function Unknown({ who }: { readonly who: string }) {
  const isLoading = useApp().people.state.value.kind === 'loading'
  return (
    <>
      <h1 tabIndex={-1}>{t.panes.people}</h1>
      {isLoading ? (
        <Loading from={t.load.peer} />
      ) : (
        <Empty icon="people" title={t.browse.unknown(visibleName(who))} />
      )}
    </>
  )
}

function Known({ person }: { readonly person: Person }) {
  const { people, router } = useApp()
  const who = people.slug(person)
  return (
    <>
      <h1 tabIndex={-1}>
        <Name text={who} /> <Presence person={person} />
      </h1>
      <p class="line">
        <Button icon="chat" label={t.people.message} onPress={() => router.go({ pane: 'chat', who })} />
        <Button
          icon="browse"
          label={t.people.browse}
          onPress={() => router.go({ pane: 'browse', who, path: '' })}
        />
      </p>
      <div class="settings">
        <RuleCard person={person} />
        <LimitsCard person={person} />
        <DoctorCard person={person} />
        <Facts person={person} />
      </div>
    </>
  )
}

function RuleCard({ person }: { readonly person: Person }) {
  const { rules } = useApp()
  useEffect(() => void rules.load(), [rules])
  const state = rules.state.value
  return (
    <section class="card">
      <h2>{t.rules.title}</h2>
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void rules.load()} />}
      {state.kind === 'ready' && (
        <RuleForm rule={rules.of(person.id)} onSave={rule => rules.set(person.id, rule)} />
      )}
    </section>
  )
}

function LimitsCard({ person }: { readonly person: Person }) {
  const { people } = useApp()
  const { up, down } = person.limits ?? { up: 0, down: 0 }
  const who = visibleName(person.name)
  return (
    <section class="card">
      <h2>{t.settings.limits}</h2>
      <RateField
        label={t.people.limitUp(who)}
        value={up}
        onSave={rate => people.setLimits(person.id, { up: rate })}
      />
      <RateField
        label={t.people.limitDown(who)}
        value={down}
        onSave={rate => people.setLimits(person.id, { down: rate })}
      />
      <p class="muted">{t.people.limitsHint}</p>
    </section>
  )
}

function Facts({ person }: { readonly person: Person }) {
  return (
    <section class="card">
      <h2>{t.people.about}</h2>
      <dl class="facts">
        <dt>{t.people.shared}</dt>
        <dd>{t.share.total(person.files, person.bytes)}</dd>
        <dt>{t.people.lastSeen}</dt>
        <dd>{person.online ? t.people.now : person.lastSeen > 0 && t.format.when(person.lastSeen)}</dd>
        <dt>{t.people.id}</dt>
        <dd>
          <code>{person.id}</code>
        </dd>
      </dl>
    </section>
  )
}
