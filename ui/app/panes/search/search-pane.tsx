import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { visibleName } from '../../../../core/browser.js'
import { type Route, useApp } from '../../context/index.js'
import { Icon } from '../../parts/index.js'
import { askedKey, MAX_CHARACTERS } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { downloadBest } from './download.js'
import { Filters } from './filters.js'
import { Results } from './results.js'
import { SaveForm } from './save-form.js'
import { forgetSaved } from './saved-acts.js'
import { SavedBar } from './saved-bar.js'
import { SavedList } from './saved-list.js'

/** Search over everyone's files, as one types; without words the searches that are saved. */
export function SearchPane({ text, filters }: Omit<Extract<Route, { pane: 'search' }>, 'pane'>) {
  const { search, router } = useApp()
  // The address leads: Back and a link show its search. The address of now, not of this drawing: more may have
  // been typed since, and an older text would come back over it.
  useEffect(() => {
    const now = router.route.peek()
    if (now.pane !== 'search') return
    const asked = { ...now.filters, query: now.text }
    if (askedKey(asked) !== askedKey(search.asked.peek())) search.open(asked)
  }, [text, filters, search, router])
  const isIdle = useComputed(() => search.state.value.kind === 'idle').value
  return (
    <>
      <h1 tabIndex={-1}>
        {t.panes.search} <ResultCount />
      </h1>
      <Asking isIdle={isIdle} />
      {!isIdle && <SavedBar />}
      {isIdle ? <SavedList /> : <Results />}
    </>
  )
}

function ResultCount() {
  const { search, saved } = useApp()
  const results = search.results.value
  const count = useComputed(() => search.results.value?.rows.count() ?? 0).value
  const news = useComputed(() => saved.news.value.length).value
  const texts = [
    results && count > 0 && t.search.results(count, results.isComplete),
    news > 0 && t.saved.fresh(news),
  ]
  return (
    <span class="total" role="status">
      {texts.filter(Boolean).join(', ')}
    </span>
  )
}

/** The words, the filters, and saving them under a name. */
function Asking({ isIdle }: { readonly isIdle: boolean }) {
  const app = useApp()
  const { search, router, saved } = app
  const words = useRef<HTMLInputElement>(null)
  const keep = useRef<HTMLButtonElement>(null)
  const isNaming = useSignal(false)
  const current = saved.current.value
  const key = useComputed(() => askedKey(search.asked.value)).value
  useLayoutEffect(() => words.current?.focus(), [])
  // The name is for the search that was there when it was asked for.
  useEffect(() => {
    isNaming.value = false
  }, [key, current?.id, isNaming])

  const onInput = (next: string) => {
    search.setText(next)
    router.replace({ pane: 'search', text: next, filters: search.filters.value })
  }
  const onKeep = () => {
    if (current) void forgetSaved(app, current)
    else isNaming.value = !isNaming.value
  }
  const close = (isSaved: boolean) => {
    isNaming.value = false
    const back = isSaved ? words : keep
    back.current?.focus()
  }
  return (
    <search>
      <form
        class="search-form"
        onSubmit={event => {
          event.preventDefault()
          void downloadBest(app)
        }}
      >
        <input
          ref={words}
          type="search"
          aria-label={t.search.label}
          placeholder={t.search.placeholder}
          maxLength={MAX_CHARACTERS}
          autocomplete="off"
          spellcheck={false}
          value={search.text}
          onInput={event => onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button
          ref={keep}
          type="button"
          class="button"
          aria-label={current ? t.saved.forgetThis(visibleName(current.name)) : t.saved.saveThis}
          aria-expanded={current ? undefined : isNaming}
          disabled={isIdle}
          onClick={onKeep}
        >
          <Icon name={current ? 'forget' : 'save'} />
          <span>{current ? t.saved.forget : t.saved.save}</span>
        </button>
      </form>
      {isNaming.value && !isIdle && !current && <SaveForm asked={search.asked.value} onClose={close} />}
      <Filters />
    </search>
  )
}

function onKeyDown(event: KeyboardEvent): void {
  // One that is held down, maybe since it saved or opened this search, downloads nothing.
  if (event.key === 'Enter' && event.repeat) event.preventDefault()
  if (event.key !== 'ArrowDown') return
  event.preventDefault()
  document.querySelector<HTMLElement>('main .list')?.focus()
}
