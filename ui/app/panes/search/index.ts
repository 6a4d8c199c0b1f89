export { SearchPane } from './search-pane.js'
