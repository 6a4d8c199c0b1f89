import { type Finding, type Person, visibleName, visibleText } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { Button, Icon, Problem } from '../../parts/index.js'
import { t } from '../../text/index.js'

/** Looks why the network, or someone, can't be reached: what was seen, and what to do. */
export function DoctorCard({ person }: { readonly person?: Person }) {
  const { doctor } = useApp()
  const who = person?.id
  const last = doctor.last.value
  const mine = last && last.who === who ? last : undefined
  return (
    <section class="card doctor">
      <h2>{person ? t.doctor.about(visibleName(person.name)) : t.doctor.title}</h2>
      <p class="muted">{t.doctor.hint}</p>
      <Button
        icon="search"
        label={mine ? t.doctor.again : t.doctor.look}
        isDisabled={mine?.state === 'running'}
        onPress={() => void doctor.examine(who)}
      />
      <div role="status">
        {mine?.state === 'running' && <p class="muted">{t.doctor.looking}</p>}
        {mine?.state === 'done' && <p>{summary(mine.findings)}</p>}
      </div>
      {mine?.failure && <Problem failure={mine.failure} />}
      {mine && mine.findings.length > 0 && (
        <ul class="findings">
          {mine.findings.map((finding, i) => (
            <FindingLine key={`${i} ${finding.check}`} finding={finding} />
          ))}
        </ul>
      )}
    </section>
  )
}

function FindingLine({ finding: { check, ok, seen, remedy } }: { readonly finding: Finding }) {
  return (
    <li class={ok ? 'finding' : 'finding wrong'}>
      <Icon name={ok ? 'check' : 'alert'} />
      <div>
        <strong>{t.doctor.checks[check]}</strong>{' '}
        <span class="sr">{ok ? t.doctor.fine : t.doctor.wrong}</span>
        <p>{visibleText(seen)}</p>
        {remedy && <p class="muted">{visibleText(remedy)}</p>}
      </div>
    </li>
  )
}

function summary(findings: readonly Finding[]): string {
  return t.doctor.summary(findings.filter(({ ok }) => !ok).length)
}
