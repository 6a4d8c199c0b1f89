import { Icon } from '../parts/icon.js'
import type { Column, ListSort } from './list.js'

/** The column heads; a sortable one is a button. */
export function Head<T>({ columns, sort }: { columns: readonly Column<T>[]; sort: ListSort | undefined }) {
  return (
    <div class="list-head" role="rowgroup">
      <div class="row" role="row" aria-rowindex={1}>
        {columns.map(column => (
          <span
            key={column.key}
            class={`cell ${column.key}`}
            role="columnheader"
            aria-sort={sort && column.isSortable ? order(sort, column.key) : undefined}
          >
            {sort && column.isSortable ? <SortButton column={column} sort={sort} /> : column.head}
          </span>
        ))}
      </div>
    </div>
  )
}

function SortButton<T>({ column, sort }: { column: Column<T>; sort: ListSort }) {
  const isBy = sort.by === column.key
  return (
    <button type="button" class="sort" onClick={() => sort.onSort(column.key)}>
      {column.head}
      {isBy && <Icon name={sort.descending ? 'down' : 'up'} />}
    </button>
  )
}

function order(sort: ListSort, key: string): 'ascending' | 'descending' | 'none' {
  if (sort.by !== key) return 'none'
  return sort.descending ? 'descending' : 'ascending'
}
