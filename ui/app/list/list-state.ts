import { batch } from '@preact/signals'
import type { RefObject } from 'preact'
import { NOTHING, type Selection, selectAll, selectOnly, selectTo, toggle } from '../stores/index.js'
import { type ActiveRow, createActiveRow } from './active-row.js'
import { type Key, type ListMove, listMove } from './keys.js'
import type { ListProps } from './list.js'
import type { Rows } from './rows.js'
import { createTyping } from './typing.js'
import { createViewport, type Viewport } from './viewport.js'

/** What one list on the screen remembers, and what it does on scrolls, keys and clicks. */
export interface ListState<T> {
  readonly viewport: Viewport
  readonly active: ActiveRow<T>['index']
  /** After a change of the rows. */
  follow(rows: Rows<T>): void
  onScroll(): void
  onKeyDown(event: KeyboardEvent): void
  onPress(event: MouseEvent, index: number): void
  onDoubleClick(event: MouseEvent, index: number): void
}

export function createListState<T>(
  props: () => ListProps<T>,
  grid: RefObject<HTMLDivElement | null>,
): ListState<T> {
  const viewport = createViewport(grid)
  const active = createActiveRow<T>(props)
  const findTyped = createTyping<T>()
  let shown: Rows<T> | undefined

  const change = (selection: Selection) => props().select?.onSelect(selection)
  const selection = () => props().select?.selection.peek() ?? NOTHING
  const need = () => {
    const { first, end } = viewport.sight.peek()
    props().rows.need?.(first, end)
  }
  const moveTo = (index: number, isExtending: boolean) => {
    batch(() => {
      active.set(index)
      viewport.show(index)
      change(isExtending ? selectTo(selection(), index) : selectOnly(index))
    })
    grid.current?.focus({ preventScroll: true })
  }
  const perform = (move: ListMove) => {
    const { rows, onActivate } = props()
    const index = active.index.peek()
    switch (move.kind) {
      case 'to':
        return moveTo(move.index, move.extend)
      case 'toggle':
        return change(toggle(selection(), index))
      case 'all':
        return change(selectAll(rows.count()))
      case 'clear':
        return change(NOTHING)
      case 'activate': {
        const item = rows.at(index)
        return item === undefined ? undefined : onActivate?.(item)
      }
    }
  }

  return {
    viewport,
    active: active.index,
    follow(rows) {
      const isNew = rows !== shown
      shown = rows
      active.follow(rows, isNew)
      viewport.fit(rows.count(), isNew)
      const { first, end } = viewport.sight.value
      rows.need?.(first, end)
    },
    onScroll() {
      viewport.takeScroll()
      need()
    },
    onKeyDown(event) {
      const { rows, onKey } = props()
      if (event.target !== grid.current && isForButton(event)) return
      const index = active.index.peek()
      const move = listMove(asKey(event), { index, count: rows.count(), page: viewport.pageRows() })
      if (move?.kind === 'clear' && selection().runs.length === 0) return // Escape is for others then
      if (move) {
        event.preventDefault()
        return perform(move)
      }
      const typed = isLetter(event) ? findTyped(event.key, rows, index) : undefined
      if (typed !== undefined) moveTo(typed, false)
      onKey?.(event, rows.at(index))
    },
    onPress(event, index) {
      if (event.button !== 0) return
      batch(() => {
        active.set(index)
        if (event.shiftKey) change(selectTo(selection(), index))
        else if (event.ctrlKey || event.metaKey) change(toggle(selection(), index))
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
