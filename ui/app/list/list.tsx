import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { isSelected, type Selection } from '../stores/index.js'
import { t } from '../text/index.js'
import { Head } from './head.js'
import { createListState, type ListState } from './list-state.js'
import type { Rows } from './rows.js'

/** One column. `isActive` tells whether the cell's row is the one that the keys act on. */
export interface Column<T> {
  /** Also its class. */
  readonly key: string
  readonly head: string
  readonly isSortable?: boolean
  cell(item: T, isActive: boolean): ComponentChildren
}

export interface ListSort {
  readonly by: string
  readonly descending: boolean
  onSort(key: string): void
}

export interface ListSelect {
  readonly selection: ReadonlySignal<Selection>
  onSelect(selection: Selection): void
}

export interface ListProps<T> {
  readonly label: string
  /** Its class, which sets the columns' widths. */
  readonly name: string
  readonly columns: readonly Column<T>[]
  readonly rows: Rows<T>
  readonly id: (item: T) => string
  readonly sort?: ListSort
  readonly select?: ListSelect
  /** Enter, or a double click. */
  readonly onActivate?: (item: T) => void
  /** Which row is the active one now, by its item's id. */
  readonly onMove?: (id: string | undefined) => void
  /** Keys that the list itself has no use for. */
  readonly onKey?: (event: KeyboardEvent, item: T | undefined) => void
}

/**
 * A grid of rows of one height, of which only those in sight exist. It is one tab stop; the arrow keys move
 * the active row, whose buttons follow in tab order.
 */
export function List<T>(props: ListProps<T>) {
  const { label, name, columns, rows, sort, select } = props
  const grid = useRef<HTMLDivElement>(null)
  const prefix = useId()
  const latest = useRef(props)
  latest.current = props
  const stateRef = useRef<ListState<T>>(undefined)
  stateRef.current ??= createListState<T>(() => latest.current, grid)
  const state = stateRef.current
  const known = useSignal(rows)
  known.value = rows

  useEffect(() => state.viewport.watchSize(), [state])
  useSignalEffect(() => state.follow(known.value))
  const activeId = useComputed(() => {
    const { first, end } = state.viewport.sight.value
    const active = state.active.value
    return active >= first && active < end ? `${prefix}-${active}` : undefined
  })
  const isTall = state.viewport.isTall.value
  return (
    <div
      ref={grid}
      class={`list ${name} ${isTall ? 'tall' : ''} ${select ? '' : 'single'}`}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={useComputed(() => known.value.count() + 1)}
      aria-colcount={columns.length}
      aria-multiselectable={select ? true : undefined}
      aria-activedescendant={activeId}
      onScroll={state.onScroll}
      onScrollEnd={state.viewport.align}
      onKeyDown={state.onKeyDown}
    >
      <Head columns={columns} sort={sort} />
      <div
        class="list-bar"
        role="presentation"
        style={useComputed(() => `height:${state.viewport.scroll.value.barPx}px`)}
      >
        <div class="list-rows" role="rowgroup" style={state.viewport.shift}>
          <VisibleRows list={props} state={state} prefix={prefix} />
        </div>
      </div>
    </div>
  )
}

interface RowProps<T> {
  readonly list: ListProps<T>
  readonly state: ListState<T>
  readonly prefix: string
}

function VisibleRows<T>(props: RowProps<T>) {
  const { first, end } = props.state.viewport.sight.value
  const rows = []
  for (let index = first; index < end; index++) rows.push(<Row key={index} index={index} {...props} />)
  return <>{rows}</>
}

function Row<T>({ list, state, prefix, index }: RowProps<T> & { readonly index: number }) {
  const isActive = useComputed(() => state.active.value === index).value
  const select = list.select
  const isInSelection = useComputed(
    () => select !== undefined && isSelected(select.selection.value, index),
  ).value
  const item = list.rows.at(index)
  return (
    <div
      id={`${prefix}-${index}`}
      class={isActive ? 'row active' : 'row'}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={select ? isInSelection : isActive}
      onMouseDown={event => state.onPress(event, index)}
      onDblClick={event => state.onDoubleClick(event, index)}
    >
      {list.columns.map(column => (
        <span key={column.key} role="gridcell" class={`cell ${column.key}`}>
          {item === undefined ? column === list.columns[0] && <Pending /> : cellOf(column, item, isActive)}
        </span>
      ))}
    </div>
  )
}

/** Plain text is wrapped, so that it ends in dots where it is too long. */
function cellOf<T>(column: Column<T>, item: T, isActive: boolean): ComponentChildren {
  const content = column.cell(item, isActive)
  return typeof content === 'string' && content !== '' ? <span>{content}</span> : content
}

function Pending() {
  return <span class="bone">{t.list.rowLoading}</span>
}
