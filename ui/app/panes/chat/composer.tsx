import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { type Person, visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { t } from '../../text/index.js'

const MAX_BYTES = 16 * 1024
const MAX_LINES_PX = 160
const encoder = new TextEncoder()

/** Writes a message: Enter sends, Shift+Enter makes a new line. The draft stays with the thread. */
export function Composer({ person }: { readonly person: Person }) {
  const { chat, notices } = useApp()
  const field = useRef<HTMLTextAreaElement>(null)
  const id = person.id
  const text = chat.draft(id)
  useLayoutEffect(() => field.current?.focus(), [])
  useEffect(() => {
    const element = field.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight + 2, MAX_LINES_PX)}px`
  }, [text])

  const send = async () => {
    if (text.trim() === '') return
    if (encoder.encode(text).length > MAX_BYTES) return notices.tell(t.chat.tooLong)
    chat.setDraft(id, '')
    // What was not taken comes back, unless the person went on writing.
    if (!(await chat.send(text)) && chat.draft(id) === '') chat.setDraft(id, text)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    void send()
  }
  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={t.chat.placeholder(visibleName(person.name))}
        placeholder={t.chat.placeholder(visibleName(person.name))}
        title={t.chat.keys}
        value={text}
        onInput={event => chat.setDraft(id, event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="button primary" disabled={text.trim() === ''}>
        {t.chat.send}
      </button>
    </form>
  )
}
