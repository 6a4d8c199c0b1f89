import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import type { RefObject } from 'preact'
import { measure, moveTo, resize, reveal, rowsInSight, type Scroll, scrolled } from './scroll.js'

/** Row heights, as the style sheet has them. */
const ROW_PX = 32
const TALL_ROW_PX = 56
const HEAD_PX = 32
/** A list narrower than this has tall rows of two lines. */
const TALL_BELOW_PX = 620
/** Rows drawn beyond those in sight, on each side. */
const AROUND = 6
/** Until the list is measured. */
const FIRST_VIEW_PX = 600

/** Rows from `first` up to, not including, `end`. */
export interface Sight {
  readonly first: number
  readonly end: number
}

/** What part of the rows is in sight, and how to move it. */
export interface Viewport {
  readonly scroll: ReadonlySignal<Scroll>
  readonly sight: ReadonlySignal<Sight>
  /** The style that puts the drawn rows where they belong. */
  readonly shift: ReadonlySignal<string>
  readonly isTall: ReadonlySignal<boolean>
  /** Rows in one view. */
  pageRows(): number
  /** Follows the element's size until the returned function is called. */
  watchSize(): () => void
  /** There are this many rows now, of the same list or of a new one. */
  fit(rows: number, isNew: boolean): void
  /** Brings a row into sight. */
  show(index: number): void
  /** Takes what the browser scrolled to. */
  takeScroll(): void
  /** Puts the scroll bar where it belongs, after small moves of a very long list. */
  align(): void
}

export function createViewport(grid: RefObject<HTMLDivElement | null>): Viewport {
  const isTall = signal(false)
  const viewPx = signal(FIRST_VIEW_PX)
  const scroll = signal<Scroll>(measure(0, ROW_PX, FIRST_VIEW_PX))
  const rowPx = computed(() => (isTall.value ? TALL_ROW_PX : ROW_PX))
  const sight = computed(
    steady(() => {
      const rows = Math.round(scroll.value.fullPx / rowPx.value)
      return rowsInSight(scroll.value, rows, rowPx.value, AROUND)
    }),
  )
  const put = (next: Scroll) => {
    scroll.value = next
    const element = grid.current
    if (element && Math.abs(element.scrollTop - next.barTop) >= 1) element.scrollTop = next.barTop
  }
  return {
    scroll,
    sight,
    shift: computed(() => {
      const { barTop, top } = scroll.value
      return `transform:translateY(${barTop - (top - sight.value.first * rowPx.value)}px)`
    }),
    isTall,
    pageRows: () => Math.max(1, Math.floor(viewPx.peek() / rowPx.peek()) - 1),
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
    fit(rows, isNew) {
      if (isNew) put(measure(rows, rowPx.value, viewPx.value))
      else put(resize(scroll.peek(), rows, rowPx.value, viewPx.value))
    },
    show: index => put(reveal(scroll.peek(), index, rowPx.peek())),
    takeScroll() {
      const element = grid.current
      if (element && element.scrollTop !== scroll.peek().barTop)
        scroll.value = scrolled(scroll.peek(), element.scrollTop)
    },
    align() {
      const now = scroll.peek()
      if (now.fullPx !== now.barPx) put(moveTo(now, now.top))
    },
  }
}

/** The same object while its numbers are the same, so that a small scroll draws no rows anew. */
function steady(compute: () => Sight): () => Sight {
  let held: Sight = { first: 0, end: 0 }
  return () => {
    const next = compute()
    if (next.first !== held.first || next.end !== held.end) held = next
    return held
  }
}
