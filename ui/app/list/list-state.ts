import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import type { RefObject } from 'preact'
import { NOTHING, type Selection, selectAll, selectOnly, selectTo, toggle } from '../stores/index.js'
import { type Key, listMove } from './keys.js'
import type { ListProps } from './list.js'
import type { Rows } from './rows.js'
import { measure, moveTo, resize, reveal, rowsInSight, type Scroll, scrolled } from './scroll.js'

/** Row heights, as the style sheet has them. */
const ROW_PX = 32
const TALL_ROW_PX = 56
/** A list narrower than this has tall rows of two lines. */
const TALL_BELOW_PX = 620
const HEAD_PX = 32
/** Rows drawn beyond those in sight, on each side. */
const AROUND = 6
/** A pause in typing that starts a new word to jump to. */
const TYPING_PAUSE_MS = 800

/** What one list on the screen remembers, and what it does on scrolls, keys and clicks. */
export interface ListState<T> {
  readonly scroll: ReadonlySignal<Scroll>
  readonly sight: ReadonlySignal<{ readonly first: number; readonly end: number }>
  readonly shift: ReadonlySignal<string>
  readonly active: ReadonlySignal<number>
  readonly isTall: ReadonlySignal<boolean>
  watchSize(): () => void
  follow(rows: Rows<T>): void
  onScroll(): void
  onScrollEnd(): void
  onKeyDown(event: KeyboardEvent): void
  onPress(event: MouseEvent, index: number): void
  onDoubleClick(event: MouseEvent, index: number): void
}

export function createListState<T>(
  props: () => ListProps<T>,
  grid: RefObject<HTMLDivElement | null>,
): ListState<T> {
  const isTall = signal(false)
  const viewPx = signal(600)
  const scroll = signal<Scroll>(measure(0, ROW_PX, 600))
  const active = signal(0)
  let activeId: string | undefined
  let shown: Rows<T> | undefined
  let typed = { text: '', at: 0 }

  const rowPx = () => (isTall.value ? TALL_ROW_PX : ROW_PX)
  const count = () => props().rows.count()
  const sightNow = computed(() =>
    rowsInSight(scroll.value, Math.round(scroll.value.fullPx / rowPx()), rowPx(), AROUND),
  )
  const sight = computed<{ readonly first: number; readonly end: number }>(previous(sightNow))

  const put = (next: Scroll) => {
    scroll.value = next
    const element = grid.current
    if (element && Math.abs(element.scrollTop - next.barTop) >= 1) element.scrollTop = next.barTop
  }
  const activate = (index: number) => {
    active.value = index
    const item = props().rows.at(index)
    activeId = item === undefined ? undefined : props().id(item)
    props().onMove?.(activeId)
  }
  const change = (selection: Selection) => props().select?.onSelect(selection)
  const current = () => props().select?.selection.peek() ?? NOTHING

  const moveActive = (index: number, extend: boolean) => {
    batch(() => {
      activate(index)
      put(reveal(scroll.peek(), index, rowPx()))
      if (extend) change(selectTo(current(), index))
    })
    grid.current?.focus({ preventScroll: true })
  }
  /** Jumps to the next loaded row whose name begins with what is typed. */
  const jump = (letter: string) => {
    const now = performance.now()
    const text = (now - typed.at < TYPING_PAUSE_MS ? typed.text : '') + letter.toLowerCase()
    typed = { text, at: now }
    const { rows } = props()
    const start = text.length > 1 ? active.peek() : active.peek() + 1
    const total = Math.min(rows.count(), 10_000)
    for (let step = 0; step < total; step++) {
      const index = (start + step) % total
      const element = nameOf(rows.at(index))
      if (element?.toLowerCase().startsWith(text)) return moveActive(index, false)
    }
  }

  return {
    scroll,
    sight,
    shift: computed(() => {
      const { barTop, top } = scroll.value
      return `transform:translateY(${barTop - (top - sight.value.first * rowPx())}px)`
    }),
    active,
    isTall,
    watchSize() {
      const element = grid.current
      if (!element) return () => {}
      const observer = new ResizeObserver(() => {
        batch(() => {
          isTall.value = element.clientWidth < TALL_BELOW_PX
          viewPx.value = Math.max(0, element.clientHeight - (isTall.value ? 0 : HEAD_PX))
        })
      })
      observer.observe(element)
      return () => observer.disconnect()
    },
    follow(rows) {
      const total = rows.count()
      const next =
        shown === rows
          ? resize(scroll.peek(), total, rowPx(), viewPx.value)
          : measure(total, rowPx(), viewPx.value)
      if (shown !== rows) {
        activate(0)
        shown = rows
      } else if (activeId !== undefined && rows.indexOf) {
        const index = rows.indexOf(activeId)
        if (index >= 0) active.value = index
        else activate(Math.max(0, Math.min(active.peek(), total - 1)))
      } else if (activeId === undefined) {
        activate(Math.max(0, Math.min(active.peek(), total - 1)))
      }
      put(next)
      rows.need?.(sight.value.first, sight.value.end)
    },
    onScroll() {
      const element = grid.current
      if (element && element.scrollTop !== scroll.peek().barTop)
        scroll.value = scrolled(scroll.peek(), element.scrollTop)
      const { first, end } = sight.peek()
      props().rows.need?.(first, end)
    },
    onScrollEnd() {
      const now = scroll.peek()
      if (now.fullPx !== now.barPx) put(moveTo(now, now.top))
    },
    onKeyDown(event) {
      if (event.target !== grid.current && isForButton(event)) return
      const index = active.peek()
      const item = props().rows.at(index)
      const page = Math.max(1, Math.floor(viewPx.peek() / rowPx()) - 1)
      const move = listMove(asKey(event), { index, count: count(), page })
      if (move === undefined) {
        if (isLetter(event)) jump(event.key)
        props().onKey?.(event, item)
        return
      }
      if (move.kind === 'clear' && current().runs.length === 0) return // Escape is for others then
      event.preventDefault()
      switch (move.kind) {
        case 'to':
          if (!move.extend && props().select) change(selectOnly(move.index))
          return moveActive(move.index, move.extend)
        case 'toggle':
          return change(toggle(current(), index))
        case 'all':
          return change(selectAll(count()))
        case 'activate':
          if (item !== undefined) props().onActivate?.(item)
          return
        case 'clear':
          return change(NOTHING)
      }
    },
    onPress(event, index) {
      if (event.button !== 0) return
      batch(() => {
        activate(index)
        if (event.shiftKey) change(selectTo(current(), index))
        else if (event.ctrlKey || event.metaKey) change(toggle(current(), index))
        else if (!isOnControl(event)) change(selectOnly(index))
      })
      if (event.shiftKey) event.preventDefault() // no text selection
    },
    onDoubleClick(event, index) {
      const item = props().rows.at(index)
      if (item !== undefined && !isOnControl(event)) props().onActivate?.(item)
    },
  }
}

/** The same object while the numbers are the same, so that a small scroll draws no rows anew. */
function previous(now: ReadonlySignal<{ first: number; end: number }>): () => { first: number; end: number } {
  let held = { first: 0, end: 0 }
  return () => {
    const next = now.value
    if (next.first !== held.first || next.end !== held.end) held = next
    return held
  }
}

function asKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): Key {
  return { key, ctrlKey, metaKey, altKey, shiftKey }
}

function isLetter({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey && [...key].length === 1 && key !== ' '
}

function isForButton({ key }: KeyboardEvent): boolean {
  return key === 'Enter' || key === ' '
}

function isOnControl({ target }: MouseEvent): boolean {
  return target instanceof Element && target.closest('button, a, input') !== null
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('name' in item)) return undefined
  return typeof item.name === 'string' ? item.name : undefined
}
