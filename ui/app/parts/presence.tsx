import { type Person, visibleText } from '../../../core/browser.js'
import { t } from '../text/index.js'

/** A person's state in a word, with a dot that is full or hollow: never colour alone. What they say of it comes after. */
export function Presence({ person }: { readonly person: Pick<Person, 'online' | 'status' | 'statusText'> }) {
  const { online, status = 'available', statusText } = person
  return (
    <span class={online ? `presence on ${status}` : 'presence'}>
      <span class="dot" aria-hidden="true" />
      {online ? t.people.statuses[status] : t.people.offline}
      {statusText && <span class="muted says">{visibleText(statusText)}</span>}
    </span>
  )
}
