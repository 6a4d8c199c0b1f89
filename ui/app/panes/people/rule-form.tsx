import { useSignal } from '@preact/signals'
import { useId, useRef } from 'preact/hooks'
import { type ConsentRule, parseRate, writeRate } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'

const KINDS: readonly ConsentRule['kind'][] = ['ask', 'up-to', 'always', 'never']
/** What is proposed when a size is chosen first. */
const FIRST_BYTES = 100_000_000

/** A rule while it is being edited: the size as a text. */
interface Draft {
  readonly kind: ConsentRule['kind']
  readonly size: string
}

interface RuleFormProps {
  /** What is set now. */
  readonly rule: ConsentRule
  readonly onSave: (rule: ConsentRule) => Promise<boolean>
}

/**
 * What happens to the offers of one person. It is not saved as it is chosen: with the arrow keys one would pass
 * "accept everything" on the way to "decline everything".
 */
export function RuleForm({ rule, onSave }: RuleFormProps) {
  const { notices } = useApp()
  const edited = useSignal<Draft | undefined>(undefined)
  const field = useId()
  const choice = useRef<HTMLSelectElement>(null)
  const set = draftOf(rule)
  const draft = edited.value ?? set
  const next = ruleOf(draft)
  const isChanged = draft.kind !== set.kind || (draft.kind === 'up-to' && draft.size !== set.size)
  const save = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!next || !isChanged || !(await onSave(next))) return
    edited.value = undefined
    choice.current?.focus() // Save goes away
    notices.tell(t.settings.saved)
  }
  return (
    <form
      class="field"
      onSubmit={save}
      onKeyDown={event => {
        if (event.key === 'Escape') edited.value = undefined
      }}
    >
      <label for={field}>{t.rules.label}</label>
      <span class="line">
        <select
          id={field}
          ref={choice}
          value={draft.kind}
          aria-describedby={`${field}-hint`}
          onChange={event => {
            const kind = KINDS[event.currentTarget.selectedIndex]
            if (kind) edited.value = { ...draft, kind }
          }}
        >
          {KINDS.map(kind => (
            <option key={kind} value={kind}>
              {t.rules.kinds[kind]}
            </option>
          ))}
        </select>
        {draft.kind === 'up-to' && (
          <input
            type="text"
            class="size"
            aria-label={t.rules.size}
            autocomplete="off"
            value={draft.size}
            aria-invalid={!next}
            aria-describedby={`${field}-hint`}
            onInput={event => {
              edited.value = { ...draft, size: event.currentTarget.value }
            }}
          />
        )}
        {isChanged && (
          <button type="submit" class="button primary" disabled={!next}>
            {t.settings.save}
          </button>
        )}
      </span>
      <span id={`${field}-hint`} class={next ? 'muted' : 'bad'}>
        {next ? t.rules.hints[draft.kind] : t.rules.sizeHint}
      </span>
    </form>
  )
}

function draftOf(rule: ConsentRule): Draft {
  return { kind: rule.kind, size: writeRate(rule.kind === 'up-to' ? rule.bytes : FIRST_BYTES) }
}

/** None where the size is none. */
function ruleOf({ kind, size }: Draft): ConsentRule | undefined {
  if (kind !== 'up-to') return { kind }
  const bytes = parseRate(size) // a size is written like a rate
  return bytes ? { kind, bytes } : undefined
}
