export { type Column, List, type ListProps, type ListSelect, type ListSort } from './list.js'
export type { Rows } from './rows.js'
