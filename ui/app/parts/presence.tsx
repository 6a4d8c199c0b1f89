import type { Person } from '../../../core/browser.js'
import { t } from '../text/index.js'

/** A person's state in a word, with a dot that is full or hollow: never colour alone. */
export function Presence({ person }: { readonly person: Pick<Person, 'online'> }) {
  return (
    <span class={person.online ? 'presence on' : 'presence'}>
      <span class="dot" aria-hidden="true" />
      {person.online ? t.people.online : t.people.offline}
    </span>
  )
}
